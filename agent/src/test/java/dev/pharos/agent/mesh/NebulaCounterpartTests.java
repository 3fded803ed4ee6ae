package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What nebula's own end-to-end tests ask for and no other test here does; {@code docs/e2e-checklist.md} has all pairs. */
class NebulaCounterpartTests {
    private static final UnderlayEndpoint OUTSIDER = Fleet.publicEndpoint(200);

    private final Fleet fleet = new Fleet(61, Fleet.Flavour.BOTH_VERSIONS);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void talk(SimulatedHost from, SimulatedHost to) {
        from.say(to.address(), "hello");
        assertThat(internet.runUntil(Times.seconds(3), () -> to.hasHeard(from.address(), "hello")))
                .isTrue();
    }

    /** Also knows, beside what it knew, where this host is. */
    private static void introduce(SimulatedHost host, SimulatedHost known, Set<VpnAddress> lighthouses) {
        Discovery before = host.settings().discovery();
        Map<VpnAddress, List<UnderlayEndpoint>> hosts = new HashMap<>(before.staticHosts());
        hosts.put(known.address(), List.of(known.endpoint()));
        host.reconfigure(host.settings()
                .withDiscovery(new Discovery(
                        hosts,
                        lighthouses,
                        LighthouseRole.CLIENT,
                        before.updateInterval(),
                        before.advertise(),
                        before.calculated())));
    }

    @Test
    void aRelayNeedNotBeInTheNetworkOfThoseItRelaysFor() throws MalformedException {
        SimulatedHost relay = fleet.open("relay", VpnPrefix.parse("10.99.0.1/24"));
        relay.reconfigure(
                relay.settings().withRelaying(new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.FORBIDDEN)));
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        for (SimulatedHost host : List.of(one, two)) {
            introduce(host, relay, Set.of(anchor.address()));
            host.reconfigure(host.settings()
                    .withRelaying(new Relaying(RelayRole.NONE, List.of(relay.address()), RelayUse.ALLOWED)));
        }
        // The lighthouse, which they had registered with as their relay until now, is told at once.
        internet.run(Times.seconds(3));

        talk(one, two);

        assertThat(tunnel(one, two).path()).hasToString("relay relay");
    }

    @Test
    void aLighthouseNeedNotBeInTheNetworkOfThoseItServes() throws MalformedException {
        SimulatedHost elsewhere = fleet.open("elsewhere", VpnPrefix.parse("10.99.0.1/24"));
        elsewhere.reconfigure(elsewhere.settings().withDiscovery(Discovery.lighthouse()));
        SimulatedHost one = fleet.behind(Nat.Kind.PORT_RESTRICTED, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.PORT_RESTRICTED, "two");
        for (SimulatedHost host : List.of(one, two)) {
            introduce(host, elsewhere, Set.of(elsewhere.address()));
            host.reconfigure(host.settings().withRelaying(Relaying.DEFAULT));
        }
        internet.run(Times.seconds(2));
        anchor.crash();

        talk(one, two);
    }

    @Test
    void aHostThatGivesVersionTwoUpIsMetWithVersionOneAgain() {
        SimulatedHost one = fleet.open("one");
        SimulatedHost two = fleet.open("two");
        show(one, CertificateVersion.V2);
        internet.run(Times.seconds(1));
        talk(one, two);
        assertThat(tunnel(two, one).certificate().version()).isEqualTo(CertificateVersion.V2);
        var flow = new Flow(internet, one, two);
        long changed = internet.now();

        Identity both = one.settings().identity();
        one.reconfigure(one.settings()
                .withIdentity(Identity.of(
                        List.of(both.certificates().getFirst()),
                        both.key(),
                        both.cipher(),
                        both.authorities(),
                        both.blocklist())));
        internet.run(Times.seconds(5));

        assertThat(tunnel(two, one).certificate().version()).isEqualTo(CertificateVersion.V1);
        assertThat(flow.longestSilence(changed)).isLessThan(100);
    }

    private static void show(SimulatedHost host, CertificateVersion initiating) {
        Identity before = host.settings().identity();
        host.reconfigure(host.settings()
                .withIdentity(new Identity(
                        before.certificates(),
                        before.key(),
                        initiating,
                        before.cipher(),
                        before.authorities(),
                        before.blocklist())));
    }

    @Test
    void ourOwnHandshakeComingBackIsRefused() {
        List<byte[]> handshakes = firstMessages();
        SimulatedHost one = fleet.open("one");
        internet.run(Times.seconds(1));
        int tunnels = one.mesh().tunnels().size();

        internet.inject(OUTSIDER, one.endpoint(), handshakes.getFirst());
        internet.run(Times.seconds(1));

        assertThat(one.mesh().tunnels()).hasSize(tunnels);
        assertThat(one.events())
                .anyMatch(event -> event instanceof MeshEvent.HandshakeRefused(String where, String reason)
                        && where.equals(OUTSIDER.toString())
                        && reason.contains("address of ours"));
    }

    private List<byte[]> firstMessages() {
        List<byte[]> handshakes = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (datagram.length > Header.LENGTH
                    && Header.type(datagram, 0) == PacketType.HANDSHAKE
                    && Header.counter(datagram, 0) == 1) {
                handshakes.add(datagram);
            }
            return true;
        });
        return handshakes;
    }

    @Test
    void aHandshakeOfAnUnknownKindOrStageIsIgnored() {
        List<byte[]> handshakes = firstMessages();
        fleet.open("one");
        internet.run(Times.seconds(1));
        byte[] stage1 = handshakes.getFirst();
        int tunnels = anchor.mesh().tunnels().size();
        int events = anchor.events().size();
        List<UnderlayEndpoint> answered = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> answered.add(to));

        byte[] otherSubtype = stage1.clone();
        otherSubtype[1] = 1;
        byte[] counterZero = stage1.clone();
        counterZero[15] = 0;
        byte[] counterThree = stage1.clone();
        counterThree[15] = 3;
        byte[] withIndex = stage1.clone();
        withIndex[7] = 9;
        for (byte[] packet : List.of(otherSubtype, counterZero, counterThree, withIndex)) {
            internet.inject(OUTSIDER, anchor.endpoint(), packet);
        }
        internet.run(Times.millis(200));

        assertThat(answered).doesNotContain(OUTSIDER);
        assertThat(anchor.mesh().tunnels()).hasSize(tunnels);
        assertThat(anchor.events()).hasSize(events);
    }

    @Test
    void aReplayedFrameIsNotRelayedAgain() {
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        internet.run(Times.seconds(2));
        talk(one, two);
        internet.run(Times.seconds(5));
        List<byte[]> frames = new ArrayList<>();
        List<UnderlayEndpoint> sources = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (to.equals(anchor.endpoint()) && Header.type(datagram, 0) == PacketType.RELAYED) {
                frames.add(datagram);
                sources.add(from);
            }
            return true;
        });
        one.say(two.address(), "once");
        internet.run(Times.millis(200));
        int[] passedOn = new int[1];
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (from.equals(anchor.endpoint()) && Arrays.equals(inner(datagram), inner(frames.getFirst()))) {
                passedOn[0]++;
            }
            return true;
        });

        for (int i = 0; i < 5; i++) {
            internet.inject(sources.getFirst(), anchor.endpoint(), frames.getFirst());
        }
        internet.run(Times.millis(100));

        assertThat(passedOn[0]).isZero();
        assertThat(two.heard().stream().filter(heard -> heard.text().equals("once")))
                .hasSize(1);
    }

    /** What a relay passes on as it is. */
    private static byte[] inner(byte[] frame) {
        return frame.length < 2 * Header.LENGTH
                ? frame
                : Arrays.copyOfRange(frame, Header.LENGTH, frame.length - Header.LENGTH);
    }
}
