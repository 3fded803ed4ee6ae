package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshEvent.HandshakeTimedOut;
import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.DhKeyPair;
import dev.pharos.protocol.noise.IxResponder;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.PacketType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps of the protocol that are about behaviour (facts, nebula-protocol 0); {@code traps.md} lists all of them. */
class TrapTests {
    private static final VpnPrefix HERE = prefix(5);
    private static final VpnPrefix PEER = prefix(9);
    private static final UnderlayEndpoint PEER_ENDPOINT = UnderlayEndpoint.ofV4(0xc6336409, 4242);
    private static final Duration MOMENT = Duration.ofMillis(60);

    private final Authority authority = new Authority(new Random(1));
    private final StockPeer peer = new StockPeer(authority, "stock", PEER);
    private final Bench bench = new Bench(settings(authority.identity("here", HERE, CertificateVersion.V1)));

    @Test
    void theFirstMessageToAStrangerShowsVersionOne() throws Exception {
        var both = new Bench(settings(authority.identity("both", HERE, CertificateVersion.V1, CertificateVersion.V2)));
        both.say(peer.address(), (byte) 1);
        assertThat(shown(both.take(PacketType.HANDSHAKE).getFirst())).isEqualTo(1);
    }

    @Test
    void versionTwoThatFindsNoAnswerIsFollowedByVersionOne() throws Exception {
        Identity identity = authority.identity("both", HERE, CertificateVersion.V1, CertificateVersion.V2);
        var newer = new Bench(settings(new Identity(
                identity.certificates(),
                identity.key(),
                CertificateVersion.V2,
                identity.cipher(),
                identity.authorities(),
                identity.blocklist())));
        newer.say(peer.address(), (byte) 1);
        assertThat(shown(newer.take(PacketType.HANDSHAKE).getFirst())).isEqualTo(2);
        newer.run(Duration.ofSeconds(2));
        byte[] last = newer.take(PacketType.HANDSHAKE).getLast();
        assertThat(shown(last)).isEqualTo(1);
        newer.receive(PEER_ENDPOINT, peer.answer(last));
        assertThat(newer.mesh().tunnelTo(peer.address())).isNotNull();
    }

    @Test
    void theAnswerShowsTheVersionThatThePeerShowed() throws Exception {
        Identity identity = authority.identity("both", HERE, CertificateVersion.V2, CertificateVersion.V1);
        var both = new Bench(settings(identity));
        both.receive(PEER_ENDPOINT, peer.stage1());
        HandshakePayload answer = peer.finish(both.take(PacketType.HANDSHAKE).getFirst());
        assertThat(answer.certificateVersion()).isEqualTo(1);
    }

    @Test
    void aReplayIsMetWithSilence() throws Exception {
        connect();
        byte[] packet = peer.seal(PacketType.DATA, (byte) 1);
        bench.receive(PEER_ENDPOINT, packet);
        bench.receive(PEER_ENDPOINT, packet);
        assertThat(bench.delivered()).hasSize(1);
        assertThat(bench.take(PacketType.RECV_ERROR)).isEmpty();
    }

    @Test
    void aRecvErrorIsAReasonToLookAndNoMore() throws Exception {
        connect();
        bench.take(PacketType.TEST_REQUEST);
        for (int repeated = 0; repeated < 5; repeated++) {
            bench.receive(PEER_ENDPOINT, new Header(PacketType.RECV_ERROR, peer.index(), 0).toBytes());
        }
        bench.run(MOMENT);
        assertThat(bench.take(PacketType.TEST_REQUEST)).isNotEmpty();
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.TEST_REPLY));
        bench.run(Duration.ofSeconds(30));
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.DATA, (byte) 1));
        assertThat(bench.delivered()).hasSize(1);
    }

    @Test
    void onlyAnAuthenticCloseEndsATunnel() throws Exception {
        connect();
        byte[] forged = new byte[Header.LENGTH + 16];
        Header.write(forged, 0, PacketType.CLOSE_TUNNEL, peer.remoteIndex(), 1000);
        bench.receive(PEER_ENDPOINT, forged);
        assertThat(bench.mesh().tunnelTo(peer.address())).isNotNull();
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.CLOSE_TUNNEL));
        assertThat(bench.mesh().tunnelTo(peer.address())).isNull();
    }

    @Test
    void ourOwnCloseIsSealed() throws Exception {
        connect();
        bench.close();
        assertThat(peer.open(bench.take(PacketType.CLOSE_TUNNEL).getFirst())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 9})
    void aHandshakeOfOursUnderWayDoesNotKeepUsFromAnswering(int number) throws Exception {
        var other = new StockPeer(authority, "other", prefix(number));
        bench.say(other.address(), (byte) 1);
        bench.take(PacketType.HANDSHAKE);
        bench.receive(PEER_ENDPOINT, other.stage1());
        other.finish(bench.take(PacketType.HANDSHAKE).getFirst());
        bench.receive(PEER_ENDPOINT, other.seal(PacketType.DATA, (byte) 2));
        assertThat(bench.delivered()).hasSize(1);
        assertThat(bench.mesh().tunnelTo(other.address())).isNotNull();
    }

    @Test
    void errorsForTheTunnelBeforeHarmNothing() throws Exception {
        connect();
        int before = peer.index();
        bench.receive(PEER_ENDPOINT, peer.stage1());
        peer.finish(bench.take(PacketType.HANDSHAKE).getFirst());
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.DATA, (byte) 1));
        bench.receive(PEER_ENDPOINT, new Header(PacketType.RECV_ERROR, before, 0).toBytes());
        bench.run(MOMENT);
        bench.take(PacketType.DATA);
        bench.say(peer.address(), (byte) 2);
        byte[] sent = bench.take(PacketType.DATA).getFirst();
        assertThat(Header.remoteIndex(sent, 0)).isEqualTo(peer.index());
        assertThat(peer.open(sent)).containsExactly(2);
    }

    @Test
    void countersBeginAtThreeInBothDirections() throws Exception {
        bench.say(peer.address(), (byte) 1);
        byte[] stage1 = bench.take(PacketType.HANDSHAKE).getFirst();
        bench.receive(PEER_ENDPOINT, peer.answer(stage1));
        assertThat(Header.counter(bench.sealed().getFirst(), 0)).isEqualTo(3);
        for (long counter = 0; counter < 3; counter++) {
            bench.receive(PEER_ENDPOINT, peer.sealAs(counter, PacketType.DATA, (byte) 2));
        }
        assertThat(bench.delivered()).isEmpty();
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.DATA, (byte) 2));
        assertThat(bench.delivered()).hasSize(1);
    }

    @Test
    void theFirstMessageCarriesNoIndexInItsHeaderAndOursInside() throws Exception {
        bench.say(peer.address(), (byte) 1);
        byte[] stage1 = bench.take(PacketType.HANDSHAKE).getFirst();
        assertThat(Header.parse(stage1, 0, stage1.length)).isEqualTo(new Header(PacketType.HANDSHAKE, 0, 1));
        peer.answer(stage1);
        assertThat(peer.remoteIndex()).isNotZero();
    }

    @Test
    void whatAStockTestReplyHoldsDoesNotMatter() throws Exception {
        connect();
        bench.receive(PEER_ENDPOINT, new Header(PacketType.RECV_ERROR, peer.index(), 0).toBytes());
        bench.run(MOMENT);
        assertThat(bench.take(PacketType.TEST_REQUEST)).isNotEmpty();
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.TEST_REPLY, (byte) 0x13, (byte) 0, (byte) 0));
        bench.take(PacketType.TEST_REQUEST);
        bench.run(Duration.ofSeconds(2));
        assertThat(bench.take(PacketType.TEST_REQUEST)).isEmpty();
        assertThat(bench.mesh().tunnelTo(peer.address())).isNotNull();
    }

    @Test
    void aLighthouseIsSilentAboutHostsItDoesNotKnow() throws Exception {
        var lighthouse = new Bench(
                MeshSettings.of(authority.identity("anchor", HERE, CertificateVersion.V1), Discovery.lighthouse()));
        lighthouse.receive(PEER_ENDPOINT, peer.stage1());
        peer.finish(lighthouse.take(PacketType.HANDSHAKE).getFirst());
        byte[] query = new LighthouseMessage.HostQuery(prefix(77).address()).encode(AddressForm.V1);
        lighthouse.receive(PEER_ENDPOINT, peer.seal(PacketType.LIGHTHOUSE, query));
        lighthouse.run(MOMENT);
        assertThat(lighthouse.take(PacketType.LIGHTHOUSE)).isEmpty();
    }

    @Test
    void silenceEndsInATimeout() {
        bench.say(peer.address(), (byte) 1);
        bench.run(Duration.ofSeconds(30));
        assertThat(bench.events()).anyMatch(HandshakeTimedOut.class::isInstance);
        bench.take(PacketType.HANDSHAKE);
        bench.say(peer.address(), (byte) 2);
        assertThat(bench.take(PacketType.HANDSHAKE)).isNotEmpty();
    }

    @Test
    void aResponderHoldsItsDataUntilThePeerIsHeard() throws Exception {
        bench.say(peer.address(), (byte) 1);
        bench.receive(PEER_ENDPOINT, peer.stage1());
        List<byte[]> handshakes = bench.take(PacketType.HANDSHAKE);
        assertThat(bench.take(PacketType.DATA)).isEmpty();
        peer.finish(handshakes.getLast());
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.TEST_REQUEST));
        assertThat(peer.open(bench.take(PacketType.DATA).getFirst())).containsExactly(1);
    }

    @Test
    void aResponderWaitsForASilentPeerOnlyAMoment() throws Exception {
        bench.say(peer.address(), (byte) 1);
        bench.receive(PEER_ENDPOINT, peer.stage1());
        peer.finish(bench.take(PacketType.HANDSHAKE).getLast());
        bench.run(MOMENT);
        assertThat(peer.open(bench.take(PacketType.DATA).getFirst())).containsExactly(1);
    }

    @Test
    void dataThatOvertakesTheAnswerIsKeptAndNotComplainedAbout() throws Exception {
        bench.say(peer.address(), (byte) 1);
        byte[] stage2 = peer.answer(bench.take(PacketType.HANDSHAKE).getFirst());
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.DATA, (byte) 9));
        assertThat(bench.take(PacketType.RECV_ERROR)).isEmpty();
        bench.receive(PEER_ENDPOINT, stage2);
        assertThat(bench.delivered()).hasSize(1);
        assertThat(bench.delivered().getFirst()).containsExactly(9);
    }

    /** A tunnel of the peer's making that carries our traffic. */
    private void connect() throws Exception {
        bench.receive(PEER_ENDPOINT, peer.stage1());
        peer.finish(bench.take(PacketType.HANDSHAKE).getFirst());
        bench.receive(PEER_ENDPOINT, peer.seal(PacketType.TEST_REQUEST));
        assertThat(bench.mesh().tunnelTo(peer.address())).isNotNull();
    }

    /** The certificate version that a first message shows to anyone. */
    private static int shown(byte[] stage1) throws Exception {
        var reader = new IxResponder(
                CipherSuite.AES_GCM,
                DhKeyPair.x25519(new byte[32]),
                stage1,
                Header.LENGTH,
                stage1.length - Header.LENGTH);
        return HandshakePayload.parseRequest(reader.payload()).certificateVersion();
    }

    private static MeshSettings settings(Identity identity) {
        Map<VpnAddress, List<UnderlayEndpoint>> known =
                Map.of(PEER.address(), List.of(PEER_ENDPOINT), prefix(2).address(), List.of(PEER_ENDPOINT));
        return MeshSettings.of(
                identity,
                new Discovery(known, Set.of(), LighthouseRole.CLIENT, Discovery.UPDATE_INTERVAL, List.of(), List.of()));
    }

    private static VpnPrefix prefix(int number) {
        return new VpnPrefix(VpnAddress.ofV4(0x0a2a0000 | number), 16);
    }
}
