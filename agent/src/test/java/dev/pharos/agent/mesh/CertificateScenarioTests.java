package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.OnInvalid;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.noise.CipherSuite;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Certificates that change under live tunnels: versions, authorities, addresses, counters. */
class CertificateScenarioTests {
    private final Fleet fleet = new Fleet(21, Fleet.Flavour.BOTH_VERSIONS);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost one = fleet.open("one");
    private final SimulatedHost two = fleet.open("two");

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void connect(SimulatedHost from, SimulatedHost to) {
        internet.run(Times.seconds(1));
        from.say(to.address(), "connect");
        assertThat(internet.runUntil(Times.seconds(3), () -> to.hasHeard(from.address(), "connect")))
                .isTrue();
        internet.run(Times.seconds(1));
    }

    private static void trust(SimulatedHost host, CaPool authorities) {
        Identity before = host.settings().identity();
        host.reconfigure(host.settings()
                .withIdentity(new Identity(
                        before.certificates(),
                        before.key(),
                        before.initiating(),
                        before.cipher(),
                        authorities,
                        before.blocklist())));
    }

    private static void show(SimulatedHost host, CertificateVersion initiating, List<Certificate> certificates) {
        Identity before = host.settings().identity();
        host.reconfigure(host.settings()
                .withIdentity(new Identity(
                        certificates,
                        before.key(),
                        initiating,
                        before.cipher(),
                        before.authorities(),
                        before.blocklist())));
    }

    private static List<Certificate> own(SimulatedHost host) {
        return host.settings().identity().certificates();
    }

    @Test
    void anAuthorityTakesOverFromAnotherWithoutAGap() {
        connect(one, two);
        var successor = new Authority(new Random(77), Authority.NOW);
        CaPool both = fleet.authority().poolWith(successor);
        var flow = new Flow(internet, one, two);
        long begun = internet.now();
        fleet.hosts().forEach(host -> trust(host, both));
        internet.run(Times.seconds(5));
        Tunnel before = tunnel(one, two);

        for (SimulatedHost host : fleet.hosts()) {
            Identity identity = host.settings().identity();
            VpnPrefix network = own(host).getFirst().networks().getFirst();
            show(
                    host,
                    CertificateVersion.V1,
                    List.of(successor.sign(
                            CertificateVersion.V1,
                            host.toString(),
                            identity.key(),
                            network,
                            Authority.NOW.plus(Authority.LIFE))));
        }
        internet.run(Times.seconds(5));
        assertThat(tunnel(one, two)).isNotSameAs(before);
        fleet.hosts().forEach(host -> trust(host, successor.pool()));
        internet.run(Times.seconds(5));

        assertThat(tunnel(one, two).certificate().issuer())
                .hasValue(successor.certificate().fingerprint());
        assertThat(flow.longestSilence(begun)).isLessThan(100);
    }

    @Test
    void aTunnelUnderAnAuthorityThatIsNoLongerTrustedEnds() {
        connect(one, two);

        trust(one, new Authority(new Random(77), Authority.NOW).pool());

        assertThat(one.mesh().tunnelTo(two.address())).isNull();
        internet.run(Times.seconds(1));
        assertThat(two.mesh().tunnelTo(one.address())).isNull();
    }

    @Test
    void withDisconnectInvalidOffOnlyABlockEndsATunnel() {
        connect(one, two);
        TunnelTimers timers = one.settings().timers();
        one.reconfigure(one.settings()
                .withTimers(new TunnelTimers(
                        timers.keepAlive(), timers.dead(), timers.inactivity(), timers.inactive(), OnInvalid.KEEP)));

        trust(one, new Authority(new Random(77), Authority.NOW).pool());
        assertThat(one.mesh().tunnelTo(two.address())).isNotNull();

        Fingerprint shown = tunnel(one, two).certificate().fingerprint();
        one.reconfigure(
                one.settings().withIdentity(one.settings().identity().withBlocklist(new Blocklist(Set.of(shown)))));
        assertThat(one.mesh().tunnelTo(two.address())).isNull();
    }

    @Test
    void eitherFingerprintOfAP256CertificateBlocksIt() {
        var flavour =
                new Fleet.Flavour(List.of(CertificateVersion.V1), Curve.P256, CipherSuite.AES_GCM, Fleet.Family.V4);
        for (boolean alternate : new boolean[] {false, true}) {
            var p256 = new Fleet(4, flavour);
            p256.lighthouse("anchor");
            SimulatedHost left = p256.open("left");
            SimulatedHost right = p256.open("right");
            p256.internet().run(Times.seconds(1));
            left.say(right.address(), "connect");
            p256.internet().run(Times.seconds(1));
            Certificate shown = tunnel(left, right).certificate();
            Fingerprint listed = alternate ? shown.alternateFingerprint().orElseThrow() : shown.fingerprint();

            left.reconfigure(left.settings()
                    .withIdentity(left.settings().identity().withBlocklist(new Blocklist(Set.of(listed)))));

            assertThat(left.mesh().tunnelTo(right.address())).isNull();
            right.say(left.address(), "let me in");
            p256.internet().run(Times.seconds(3));
            assertThat(left.hasHeard(right.address(), "let me in")).isFalse();
        }
    }

    @Test
    void aNewInitiatingVersionIsShownOnLiveTunnels() {
        connect(one, two);
        assertThat(tunnel(one, two).handshaken().own().version()).isEqualTo(CertificateVersion.V1);
        var flow = new Flow(internet, one, two);
        long changed = internet.now();

        show(one, CertificateVersion.V2, own(one));
        internet.run(Times.seconds(5));

        assertThat(tunnel(one, two).handshaken().own().version()).isEqualTo(CertificateVersion.V2);
        assertThat(tunnel(two, one).certificate().version()).isEqualTo(CertificateVersion.V2);
        assertThat(flow.longestSilence(changed)).isLessThan(100);
    }

    @Test
    void aPeerThatShowsANewerVersionIsMetWithIt() {
        show(two, CertificateVersion.V2, List.of(own(two).getLast()));
        internet.run(Times.seconds(1));

        connect(one, two);
        internet.run(Times.seconds(15));

        assertThat(tunnel(one, two).certificate().version()).isEqualTo(CertificateVersion.V2);
        assertThat(tunnel(one, two).handshaken().own().version()).isEqualTo(CertificateVersion.V2);
        assertThat(tunnel(two, one).certificate().version()).isEqualTo(CertificateVersion.V2);
    }

    @Test
    void anOldPeerIsNotOfferedVersionTwoAgainAndAgain() {
        show(one, CertificateVersion.V2, own(one));
        one.reconfigure(one.settings().withRelaying(new Relaying(RelayRole.NONE, List.of(), RelayUse.FORBIDDEN)));
        internet.add((Internet.Tap)
                (from, to, datagram) -> !to.equals(two.endpoint()) || !HandshakeTests.isVersionTwo(datagram));
        connect(one, two);
        new Flow(internet, one, two);
        internet.run(Times.seconds(25));
        Tunnel first = tunnel(one, two);
        assertThat(first.handshaken().own().version()).isEqualTo(CertificateVersion.V1);

        internet.run(Times.seconds(90));

        assertThat(tunnel(one, two)).isSameAs(first);
    }

    @Test
    void aTunnelIsRenewedBeforeItsCounterRunsOut() {
        connect(one, two);
        Tunnel before = tunnel(one, two);
        var flow = new Flow(internet, one, two);
        long begun = internet.now();

        before.skip(1L << 34);
        internet.run(Times.seconds(5));

        assertThat(tunnel(one, two)).isNotSameAs(before);
        assertThat(tunnel(one, two).packetsSent()).isLessThan(1000);
        assertThat(flow.longestSilence(begun)).isLessThan(100);
    }

    @Test
    void aTunnelWhoseCounterHasRunOutIsUsedNoMore() {
        connect(one, two);
        Tunnel before = tunnel(one, two);

        before.skip(-2 - (1L << 40));
        internet.run(Times.seconds(5));

        assertThat(before.isOpen()).isFalse();
        one.say(two.address(), "anew");
        assertThat(internet.runUntil(Times.seconds(2), () -> two.hasHeard(one.address(), "anew")))
                .isTrue();
    }

    @Test
    void aPeerIsReachedByAnyOfItsAddressesThroughOneTunnel() throws MalformedException {
        SimulatedHost dual = fleet.open("dual", VpnPrefix.parse("10.42.9.9/16"), VpnPrefix.parse("fd00:42::9/64"));
        SimulatedHost other = fleet.open("other", VpnPrefix.parse("10.42.9.8/16"), VpnPrefix.parse("fd00:42::8/64"));
        internet.run(Times.seconds(1));
        VpnAddress v6 = VpnAddress.parse("fd00:42::9");

        other.say(v6, "by IPv6");
        internet.run(Times.seconds(1));
        other.say(dual.address(), "by IPv4");
        internet.run(Times.seconds(1));

        assertThat(dual.hasHeard(other.address(), "by IPv6")).isTrue();
        assertThat(dual.hasHeard(other.address(), "by IPv4")).isTrue();
        assertThat(other.mesh().tunnelTo(v6)).isSameAs(tunnel(other, dual));
        assertThat(other.mesh().tunnels().stream()
                        .filter(tunnel -> tunnel.addresses().contains(v6)))
                .hasSize(1);
    }

    @Test
    void aStaticEntryForAnyAddressOfAPeerIsKept() throws MalformedException {
        SimulatedHost dual = fleet.open("dual", VpnPrefix.parse("10.42.9.9/16"), VpnPrefix.parse("fd00:42::9/64"));
        SimulatedHost other = fleet.open("other", VpnPrefix.parse("10.42.9.8/16"), VpnPrefix.parse("fd00:42::8/64"));
        VpnAddress v6 = VpnAddress.parse("fd00:42::9");
        other.reconfigure(other.settings()
                .withDiscovery(other.settings()
                        .discovery()
                        .withStaticHosts(Map.of(v6, List.of(dual.endpoint(), Fleet.publicEndpoint(99))))));
        anchor.crash();

        other.say(v6, "hello");
        internet.run(Times.seconds(1));

        assertThat(dual.hasHeard(other.address(), "hello")).isTrue();
        assertThat(tunnel(other, dual).peer().remotes.all()).contains(Fleet.publicEndpoint(99));
        assertThat(tunnel(other, dual).peer().address()).isEqualTo(dual.address());
    }
}
