package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counterparts of nebula's end-to-end tests of handshakes that no other test here covers; see {@code docs/e2e-checklist.md}. */
class HandshakeChecklistTests {
    private static final VpnPrefix HERE = new VpnPrefix(VpnAddress.ofV4(0x0a2a0005), 16);
    private static final VpnPrefix PEER = new VpnPrefix(VpnAddress.ofV4(0x0a2a0009), 16);
    private static final UnderlayEndpoint ENDPOINT = UnderlayEndpoint.ofV4(0xc6336409, 4242);

    private final Authority authority = new Authority(new Random(1));
    private final StockPeer peer = new StockPeer(authority, "stock", PEER);
    private final Bench bench = new Bench(settings(CipherSuite.AES_GCM));

    private MeshSettings settings(CipherSuite cipher) {
        return MeshSettings.of(
                authority.identity("here", HERE, cipher, CertificateVersion.V1),
                Discovery.client(Map.of(PEER.address(), List.of(ENDPOINT))));
    }

    private byte[] firstMessage() {
        bench.say(peer.address(), (byte) 1);
        return bench.take(PacketType.HANDSHAKE).getFirst();
    }

    private boolean isConnected() {
        return bench.mesh().tunnelTo(peer.address()) != null;
    }

    @Test
    void anAnswerThatIsCutOffDoesNotEndTheHandshake() throws Exception {
        byte[] answer = peer.answer(firstMessage());
        for (int length = 0; length < answer.length; length++) {
            bench.receive(ENDPOINT, Arrays.copyOf(answer, length));
        }
        assertThat(isConnected()).isFalse();

        bench.receive(ENDPOINT, answer);

        assertThat(isConnected()).isTrue();
    }

    @Test
    void anAnswerToNobodysQuestionIsMetWithSilence() throws Exception {
        bench.run(Duration.ofSeconds(1));
        bench.take(PacketType.HANDSHAKE);
        var another = new Bench(settings(CipherSuite.AES_GCM));
        byte[] answer = peer.answer(another.take(PacketType.HANDSHAKE).getFirst());

        bench.receive(ENDPOINT, answer);

        assertThat(bench.sealed()).isEmpty();
        assertThat(isConnected()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2, 3, 7, -1})
    void aFirstMessageWithAnotherCounterIsMetWithSilence(long counter) {
        bench.take(PacketType.HANDSHAKE);
        byte[] message = peer.stage1();
        new Header(PacketType.HANDSHAKE, 0, counter).write(message, 0);

        bench.receive(ENDPOINT, message);

        assertThat(bench.take(PacketType.HANDSHAKE)).isEmpty();
        assertThat(bench.mesh().sizes().tunnels()).isZero();
    }

    @Test
    void aHandshakeOfAnUnknownPatternIsMetWithSilence() {
        bench.take(PacketType.HANDSHAKE);
        byte[] message = peer.stage1();
        message[1] = 99;

        bench.receive(ENDPOINT, message);

        assertThat(bench.take(PacketType.HANDSHAKE)).isEmpty();
        assertThat(bench.mesh().sizes().tunnels()).isZero();
    }

    @Test
    void anAnswerThatComesAfterTheHandshakeWasGivenUpIsIgnored() throws Exception {
        var alone = new Bench(
                MeshSettings.of(authority.identity("alone", HERE, CertificateVersion.V1), Discovery.client(Map.of())));
        alone.mesh()
                .recall(new PeerMemory(
                        List.of(new PeerMemory.Remembered(peer.address(), List.of(ENDPOINT), List.of()))));
        alone.say(peer.address(), (byte) 1);
        byte[] answer = peer.answer(alone.take(PacketType.HANDSHAKE).getFirst());
        alone.run(Duration.ofMinutes(1));
        assertThat(alone.mesh().sizes().pending()).isZero();

        alone.receive(ENDPOINT, answer);

        assertThat(alone.mesh().tunnelTo(peer.address())).isNull();
        assertThat(alone.mesh().sizes().tunnels()).isZero();
    }

    @Test
    void ourOwnFirstMessageIsNotAnswered() {
        byte[] message = firstMessage();

        bench.receive(ENDPOINT, message);

        assertThat(bench.take(PacketType.HANDSHAKE)).isEmpty();
        assertThat(bench.mesh().sizes().tunnels()).isZero();
    }

    /** Long test requests come back whole; nebula once truncated them. */
    @ParameterizedTest
    @EnumSource
    void aLongTestRequestIsEchoed(CipherSuite cipher) throws Exception {
        var there = new StockPeer(authority, "there", PEER, cipher);
        var here = new Bench(settings(cipher));
        here.take(PacketType.HANDSHAKE);
        here.receive(ENDPOINT, there.stage1());
        there.finish(here.take(PacketType.HANDSHAKE).getLast());
        byte[] payload = new byte[1200];
        new Random(4).nextBytes(payload);

        here.receive(ENDPOINT, there.seal(PacketType.TEST_REQUEST, payload));

        assertThat(there.open(here.take(PacketType.TEST_REPLY).getFirst())).isEqualTo(payload);
    }

    /**
     * Certificates and keys travel in clear in first messages, so that anybody can make one in a peer's name; what it builds
     * is never confirmed, and must not keep the peer itself out.
     */
    @Test
    void aForgedFirstMessageFromTheFutureDoesNotKeepThePeerOut() throws Exception {
        bench.take(PacketType.HANDSHAKE);
        byte[] genuine = peer.stage1();
        byte[] later = peer.stage1();
        bench.receive(UnderlayEndpoint.ofV4(0x0b000001, 1), later);
        bench.take(PacketType.HANDSHAKE);

        bench.receive(ENDPOINT, genuine);

        assertThat(bench.take(PacketType.HANDSHAKE)).hasSize(1);
    }

    @Test
    void aRefusedEndpointIsNotAnsweredAndAnAllowedOneIs() throws Exception {
        UnderlayEndpoint refused = UnderlayEndpoint.ofV4(0x0b000001, 4242);
        var remotes = new RemoteAllowList(AllowList.of(Map.of(VpnPrefix.parse("11.0.0.0/8"), false)), Map.of());
        MeshSettings settings = settings(CipherSuite.AES_GCM);
        var careful = new Bench(settings.withUnderlay(settings.underlay().withRemotes(remotes)));
        careful.take(PacketType.HANDSHAKE);
        byte[] message = peer.stage1();

        careful.receive(refused, message);
        assertThat(careful.take(PacketType.HANDSHAKE)).isEmpty();

        careful.receive(ENDPOINT, message);
        assertThat(careful.take(PacketType.HANDSHAKE)).isNotEmpty();
    }
}
