package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Handshakes and tunnels on the wire: who answers what, and what an outsider can and cannot do to them. */
class HandshakeTests {
    private static final UnderlayEndpoint OUTSIDER = Fleet.publicEndpoint(200);

    private record Seen(UnderlayEndpoint from, UnderlayEndpoint to, List<Byte> bytes) {
        byte[] datagram() {
            byte[] datagram = new byte[bytes.size()];
            for (int i = 0; i < datagram.length; i++) {
                datagram[i] = bytes.get(i);
            }
            return datagram;
        }
    }

    private final Fleet fleet = new Fleet(1, Fleet.Flavour.BOTH_VERSIONS);
    private final Internet internet = fleet.internet();
    private final List<Seen> seen = new ArrayList<>();
    private SimulatedHost one;
    private SimulatedHost two;

    HandshakeTests() {
        fleet.lighthouse("anchor");
        one = fleet.open("one");
        two = fleet.open("two");
        internet.run(Times.seconds(1));
        internet.add((Internet.Tap) (from, to, datagram) -> {
            List<Byte> bytes = new ArrayList<>();
            for (byte value : datagram) {
                bytes.add(value);
            }
            seen.add(new Seen(from, to, bytes));
            return true;
        });
    }

    private List<Seen> between(PacketType type, SimulatedHost from, SimulatedHost to) {
        return seen.stream()
                .filter(one -> one.from().equals(from.endpoint()) && one.to().equals(to.endpoint()))
                .filter(one -> one.bytes().size() >= Header.LENGTH && Header.type(one.datagram(), 0) == type)
                .toList();
    }

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void connect() {
        one.say(two.address(), "hello");
        assertThat(internet.runUntil(Times.millis(300), () -> two.hasHeard(one.address(), "hello")))
                .isTrue();
        internet.run(Times.millis(200));
    }

    @Test
    void twoHostsFindEachOtherThroughALighthouseAndTalk() {
        connect();
        two.say(one.address(), "hello yourself");
        assertThat(internet.runUntil(Times.millis(100), () -> one.hasHeard(two.address(), "hello yourself")))
                .isTrue();
    }

    @Test
    void aPacketOfARealHandshakeIsWhatTheWireWants() throws MalformedException {
        connect();
        byte[] stage1 = between(PacketType.HANDSHAKE, one, two).getFirst().datagram();
        assertThat(Header.remoteIndex(stage1, 0)).isZero();
        assertThat(Header.counter(stage1, 0)).isEqualTo(1);
        HandshakePayload payload =
                HandshakePayload.parseRequest(Arrays.copyOfRange(stage1, Header.LENGTH + 64, stage1.length));
        assertThat(payload.certificateVersion()).isEqualTo(1);
        byte[] stage2 = between(PacketType.HANDSHAKE, two, one).getFirst().datagram();
        assertThat(Header.remoteIndex(stage2, 0))
                .isEqualTo(payload.initiatorIndex().value());
        assertThat(Header.counter(stage2, 0)).isEqualTo(2);
        assertThat(seen.stream()
                        .filter(one -> one.bytes().size() > Header.LENGTH)
                        .map(Seen::datagram)
                        .filter(datagram -> Header.type(datagram, 0) == PacketType.TEST_REQUEST
                                && Header.remoteIndex(datagram, 0)
                                        == tunnel(two, one).localIndex())
                        .mapToLong(datagram -> Header.counter(datagram, 0))
                        .min())
                .hasValue(3);
    }

    @Test
    void aRepeatedFirstMessageGetsTheSameAnswerAndNoSecondTunnel() {
        connect();
        byte[] stage1 = between(PacketType.HANDSHAKE, one, two).getFirst().datagram();
        List<Byte> stage2 = between(PacketType.HANDSHAKE, two, one).getFirst().bytes();
        Tunnel before = tunnel(two, one);
        seen.clear();

        internet.inject(one.endpoint(), two.endpoint(), stage1);
        internet.run(Times.millis(100));

        assertThat(between(PacketType.HANDSHAKE, two, one).getFirst().bytes()).isEqualTo(stage2);
        assertThat(tunnel(two, one)).isSameAs(before);
    }

    @Test
    void anOldFirstMessageReplayedAfterANewerTunnelGetsATestInsteadOfAnAnswer() {
        connect();
        byte[] old = between(PacketType.HANDSHAKE, one, two).getFirst().datagram();
        one.crash();
        internet.run(Times.seconds(20));
        one.boot();
        one.say(two.address(), "again");
        internet.run(Times.seconds(20));
        Tunnel newer = tunnel(two, one);
        seen.clear();

        internet.inject(OUTSIDER, two.endpoint(), old);
        internet.run(Times.millis(60));

        assertThat(seen).noneMatch(packet -> packet.to().equals(OUTSIDER));
        assertThat(between(PacketType.TEST_REQUEST, two, one)).isNotEmpty();
        assertThat(tunnel(two, one)).isSameAs(newer);
    }

    @Test
    void bothSidesBeginningAtOnceEndOnOneTunnel() {
        one.say(two.address(), "from one");
        two.say(one.address(), "from two");
        internet.run(Times.millis(300));
        assertThat(two.hasHeard(one.address(), "from one")).isTrue();
        assertThat(one.hasHeard(two.address(), "from two")).isTrue();

        new Flow(internet, one, two);
        internet.run(Times.seconds(20));

        assertThat(tunnel(one, two).remoteIndex()).isEqualTo(tunnel(two, one).localIndex());
    }

    @Test
    void aForgedRecvErrorDoesNotEndATunnel() {
        connect();
        Tunnel before = tunnel(one, two);
        byte[] forged = new Header(PacketType.RECV_ERROR, before.remoteIndex(), 0).toBytes();

        var flow = new Flow(internet, one, two);
        long start = internet.now();
        for (int i = 0; i < 20; i++) {
            internet.inject(two.endpoint(), one.endpoint(), forged);
            internet.run(Times.millis(50));
        }
        internet.run(Times.seconds(5));

        assertThat(tunnel(one, two)).isSameAs(before);
        assertThat(flow.longestSilence(start)).isLessThan(100);
    }

    @Test
    void aForgedCloseDoesNotEndATunnel() {
        connect();
        Tunnel before = tunnel(one, two);
        byte[] forged = new byte[32];
        Header.write(forged, 0, PacketType.CLOSE_TUNNEL, before.localIndex(), 1000);

        internet.inject(two.endpoint(), one.endpoint(), forged);
        internet.run(Times.seconds(1));

        assertThat(tunnel(one, two)).isSameAs(before);
    }

    @Test
    void aReplayedPacketIsNotDeliveredTwice() {
        connect();
        seen.clear();
        one.say(two.address(), "once");
        internet.run(Times.millis(100));
        byte[] packet = between(PacketType.DATA, one, two).getFirst().datagram();

        internet.inject(one.endpoint(), two.endpoint(), packet);
        internet.inject(OUTSIDER, two.endpoint(), packet);
        internet.run(Times.millis(100));

        assertThat(two.heard().stream().filter(heard -> heard.text().equals("once")))
                .hasSize(1);
        assertThat(tunnel(two, one).path()).isEqualTo(new Path.Direct(one.endpoint()));
    }

    @Test
    void anUnknownIndexIsComplainedAboutAtACappedRate() {
        byte[] packet = new byte[40];
        for (int i = 0; i < 1000; i++) {
            Header.write(packet, 0, PacketType.DATA, 77 + i, 9);
            internet.inject(OUTSIDER, two.endpoint(), packet.clone());
        }
        internet.run(Times.millis(200));

        assertThat(seen.stream().filter(one -> one.to().equals(OUTSIDER))).hasSizeBetween(1, 10);
    }

    @Test
    void aFloodOfFirstMessagesDoesNotKeepAKnownHostOut() {
        connect();
        byte[] stage1 = between(PacketType.HANDSHAKE, one, two).getFirst().datagram();
        SimulatedHost three = fleet.open("three");
        internet.run(Times.seconds(1));
        for (int i = 0; i < 2000; i++) {
            byte[] junk = stage1.clone();
            junk[Header.LENGTH] = (byte) i;
            junk[Header.LENGTH + 1] = (byte) (i >>> 8);
            junk[junk.length - 1] ^= 1;
            long when = internet.now() + i * Times.MILLISECOND / 2;
            internet.at(when, () -> internet.inject(OUTSIDER, two.endpoint(), junk));
        }

        three.say(two.address(), "through the flood");

        assertThat(internet.runUntil(Times.millis(500), () -> two.hasHeard(three.address(), "through the flood")))
                .isTrue();
    }

    @Test
    void aClosedMeshTellsItsPeers() {
        connect();

        two.mesh().close(internet.now());
        internet.run(Times.millis(100));

        assertThat(one.mesh().tunnelTo(two.address())).isNull();
    }

    @Test
    void aPeerThatReadsOnlyVersionOneIsReachedByFallingBack() {
        MeshSettings settings = one.settings();
        Identity identity = settings.identity();
        one.reconfigure(settings.withIdentity(new Identity(
                identity.certificates(),
                identity.key(),
                CertificateVersion.V2,
                identity.cipher(),
                identity.authorities(),
                identity.blocklist())));
        internet.add((Internet.Tap) (from, to, datagram) -> !to.equals(two.endpoint()) || !isVersionTwo(datagram));

        one.say(two.address(), "old friend");

        assertThat(internet.runUntil(Times.seconds(2), () -> two.hasHeard(one.address(), "old friend")))
                .isTrue();
    }

    static boolean isVersionTwo(byte[] datagram) {
        if (datagram.length < Header.LENGTH
                || Header.type(datagram, 0) != PacketType.HANDSHAKE
                || Header.counter(datagram, 0) != 1) {
            return false;
        }
        try {
            byte[] payload = Arrays.copyOfRange(datagram, Header.LENGTH + 64, datagram.length);
            return HandshakePayload.parseRequest(payload).certificateVersion() == 2;
        } catch (MalformedException e) {
            return false;
        }
    }

    @Test
    void anotherHostAtTheExpectedEndpointIsNotTakenForThePeer() {
        SimulatedHost three = fleet.open("three");
        internet.run(Times.seconds(1));
        one.reconfigure(one.settings()
                .withDiscovery(
                        one.settings().discovery().withStaticHosts(Map.of(two.address(), List.of(three.endpoint())))));

        one.say(two.address(), "for two only");

        assertThat(internet.runUntil(Times.seconds(2), () -> two.hasHeard(one.address(), "for two only")))
                .isTrue();
        assertThat(three.heard()).isEmpty();
    }

    @Test
    void aPingMeasuresTheRoundTrip() {
        one.ping(two.address(), 7);
        internet.run(Times.millis(500));
        one.ping(two.address(), 8);
        internet.run(Times.millis(500));

        assertThat(one.pongs()).hasSize(2).allMatch(nanos -> nanos > Times.millis(5) && nanos < Times.millis(60));
    }
}
