package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Counterparts of nebula's end-to-end tests of relays, reloads and moves; see {@code docs/e2e-checklist.md}. */
class RelayChecklistTests {
    private final Fleet fleet = new Fleet(31);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
    private final SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void talk(String line) {
        one.say(two.address(), line);
        two.say(one.address(), line);
        assertThat(internet.runUntil(
                        Times.seconds(1), () -> two.hasHeard(one.address(), line) && one.hasHeard(two.address(), line)))
                .as(line)
                .isTrue();
    }

    @Test
    void bothSidesBeginningAtOnceThroughARelayEndOnOneTunnel() {
        internet.run(Times.seconds(2));
        talk("at once");
        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(20));
        flow.stop();

        assertThat(one.isRelayedTo(two.address())).isTrue();
        assertThat(tunnel(one, two).remoteIndex()).isEqualTo(tunnel(two, one).localIndex());
        internet.run(Times.seconds(30));
        assertThat(tunnel(one, two).peer().tunnels).hasSize(1);
    }

    @Test
    void aRelayThatRenewsItsCertificateGoesOnRelaying() {
        internet.run(Times.seconds(2));
        talk("before");
        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(3));
        long changed = internet.now();

        anchor.reconfigure(anchor.settings().withIdentity(fleet.renewed(anchor)));
        internet.run(Times.seconds(30));

        assertThat(flow.longestSilence(changed)).isLessThan(1000);
        assertThat(one.isRelayedTo(two.address())).isTrue();
    }

    @Test
    void endsThatRenewTheirCertificatesGoOnThroughTheRelay() {
        internet.run(Times.seconds(2));
        talk("before");
        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(3));
        long changed = internet.now();

        one.reconfigure(one.settings().withIdentity(fleet.renewed(one)));
        two.reconfigure(two.settings().withIdentity(fleet.renewed(two)));
        internet.run(Times.seconds(30));

        assertThat(flow.longestSilence(changed)).isLessThan(1000);
        assertThat(tunnel(one, two).remoteIndex()).isEqualTo(tunnel(two, one).localIndex());
    }

    @Test
    void afterTheFarEndClosedItsTunnelBothTalkThroughTheRelayAgain() {
        internet.run(Times.seconds(2));
        talk("before");
        two.remember();
        two.crash();
        internet.run(Times.seconds(30));
        two.boot();
        internet.run(Times.seconds(1));
        long up = internet.now();
        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(up)).isLessThan(1000);
        assertThat(two.isRelayedTo(one.address())).isTrue();
    }

    @Test
    void aReplayedRelayFrameIsNotPassedOnAgain() {
        internet.run(Times.seconds(2));
        talk("before");
        internet.run(Times.seconds(5));
        List<Runnable> replays = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (to.equals(anchor.endpoint()) && Header.type(datagram, 0) == PacketType.RELAYED) {
                byte[] copy = datagram.clone();
                replays.add(() -> internet.inject(from, to, copy));
            }
            return true;
        });
        one.say(two.address(), "once");
        internet.run(Times.seconds(5));
        long before = anchor.sent();
        assertThat(replays).isNotEmpty();

        List.copyOf(replays).forEach(Runnable::run);
        internet.run(Times.millis(100));

        assertThat(anchor.sent()).isEqualTo(before);
        assertThat(two.heard().stream().filter(heard -> heard.text().equals("once")))
                .hasSize(1);
    }

    @Test
    void aReloadIsToldToLighthousesAtOnce() {
        internet.run(Times.seconds(12));
        List<PacketType> told = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (to.equals(anchor.endpoint()) && datagram.length >= Header.LENGTH) {
                told.add(Header.type(datagram, 0));
            }
            return true;
        });

        one.reconfigure(one.settings());
        internet.run(Times.millis(10));

        assertThat(told).contains(PacketType.LIGHTHOUSE);
    }

    @Test
    void aMoveIsToldToLighthousesAtOnce() {
        SimulatedHost roamer = fleet.open("roamer");
        internet.run(Times.seconds(12));
        UnderlayEndpoint elsewhere = fleet.elsewhere();
        List<PacketType> told = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (from.equals(elsewhere) && to.equals(anchor.endpoint()) && datagram.length >= Header.LENGTH) {
                told.add(Header.type(datagram, 0));
            }
            return true;
        });

        roamer.move(elsewhere);
        internet.run(Times.millis(10));

        assertThat(told).contains(PacketType.LIGHTHOUSE);
    }

    @Test
    void aMeshThatWasClosedHoldsNothing() {
        internet.run(Times.seconds(2));
        talk("before");

        one.mesh().close(internet.now());

        TableSizes left = one.mesh().sizes();
        assertThat(left.tunnels()).isZero();
        assertThat(left.relays()).isZero();
        assertThat(left.held()).isZero();
        assertThat(left.indexes()).isEqualTo(left.pending());
    }

    /** The other one of {@link PathScenarioTests#aPeerThatRestartsIsBackWithinASecond}: the lower address restarts. */
    @Test
    void theOtherSideThatRestartsIsBackWithinASecondToo() {
        SimulatedHost low = fleet.behind(Nat.Kind.PORT_RESTRICTED, "low");
        SimulatedHost high = fleet.behind(Nat.Kind.PORT_RESTRICTED, "high");
        internet.run(Times.seconds(2));
        var flow = new Flow(internet, low, high);
        internet.run(Times.seconds(5));

        low.remember();
        low.crash();
        internet.run(Times.seconds(7));
        low.boot();
        long up = internet.now();
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(up)).isLessThan(1000);
    }

    @Test
    void aLighthouseOfAnotherNetworkServes() {
        UnderlayEndpoint there = fleet.elsewhere();
        VpnAddress far = VpnAddress.ofV4(0x0a2b0001);
        host("far", there, far, Discovery.lighthouse());
        Discovery client = Discovery.client(Map.of(far, List.of(there)));
        SimulatedHost left = host("left", fleet.elsewhere(), VpnAddress.ofV4(0x0a2a0101), client);
        SimulatedHost right = host("right", fleet.elsewhere(), VpnAddress.ofV4(0x0a2a0102), client);
        internet.run(Times.seconds(1));

        left.say(right.address(), "by a stranger's help");
        internet.run(Times.seconds(1));

        assertThat(right.hasHeard(left.address(), "by a stranger's help")).isTrue();
        assertThat(left.isDirectTo(right.address())).isTrue();
    }

    private SimulatedHost host(String name, UnderlayEndpoint at, VpnAddress address, Discovery discovery) {
        Identity identity = fleet.authority().identity(name, new VpnPrefix(address, 16), CertificateVersion.V1);
        MeshSettings settings = MeshSettings.of(identity, discovery);
        var host = new SimulatedHost(
                internet,
                name,
                null,
                at,
                settings.withUnderlay(settings.underlay().withListenPort(Fleet.PORT)),
                5);
        host.boot();
        return host;
    }
}
