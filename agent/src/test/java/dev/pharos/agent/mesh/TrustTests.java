package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is let in, who is shown out, and when. */
class TrustTests {
    private final Fleet fleet = new Fleet(3);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost home = fleet.lighthouse("home");
    private final SimulatedHost one = fleet.open("one");
    private final SimulatedHost two = fleet.open("two");

    private void connect(SimulatedHost from, SimulatedHost to) {
        internet.run(Times.seconds(1));
        from.say(to.address(), "connect");
        assertThat(internet.runUntil(Times.seconds(2), () -> to.hasHeard(from.address(), "connect")))
                .isTrue();
        internet.run(Times.seconds(1));
    }

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private static void block(SimulatedHost at, SimulatedHost blocked) {
        Fingerprint fingerprint =
                blocked.settings().identity().certificates().getFirst().fingerprint();
        Identity identity = at.settings().identity().withBlocklist(new Blocklist(Set.of(fingerprint)));
        at.reconfigure(at.settings().withIdentity(identity));
    }

    @Test
    void aBlockClosesTheTunnelAtOnceAndKeepsTheHostOut() {
        connect(one, two);

        block(two, one);

        assertThat(two.mesh().tunnelTo(one.address())).isNull();
        internet.run(Times.seconds(1));
        assertThat(one.mesh().tunnelTo(two.address())).isNull();
        one.say(two.address(), "let me in");
        internet.run(Times.seconds(10));
        assertThat(two.hasHeard(one.address(), "let me in")).isFalse();
    }

    @Test
    void otherTunnelsSurviveABlock() {
        SimulatedHost three = fleet.open("three");
        connect(one, two);
        connect(three, two);
        Tunnel before = tunnel(two, three);

        block(two, one);

        assertThat(two.mesh().tunnelTo(three.address())).isSameAs(before);
    }

    @Test
    void lighthousesAndRelaysStopServingABlockedHost() {
        SimulatedHost hidden = fleet.behind(Nat.Kind.SYMMETRIC, "hidden");
        SimulatedHost blocked = fleet.behind(Nat.Kind.SYMMETRIC, "blocked");
        internet.run(Times.seconds(1));
        block(anchor, blocked);
        block(home, blocked);
        internet.run(Times.seconds(1));

        blocked.say(hidden.address(), "hello");
        hidden.say(blocked.address(), "hello");
        internet.run(Times.seconds(10));

        assertThat(hidden.hasHeard(blocked.address(), "hello")).isFalse();
        assertThat(blocked.hasHeard(hidden.address(), "hello")).isFalse();
    }

    @Test
    void aRelayedTunnelIsCutWhenTheRelayBlocksOneEnd() {
        SimulatedHost left = fleet.behind(Nat.Kind.SYMMETRIC, "left");
        SimulatedHost right = fleet.behind(Nat.Kind.SYMMETRIC, "right");
        connect(left, right);
        block(anchor, left);
        block(home, left);
        internet.run(Times.seconds(1));

        left.say(right.address(), "still there?");
        internet.run(Times.seconds(5));

        assertThat(right.hasHeard(left.address(), "still there?")).isFalse();
    }

    @Test
    void anUnblockedHostComesBack() {
        connect(one, two);
        MeshSettings before = two.settings();
        block(two, one);
        internet.run(Times.seconds(1));

        two.reconfigure(before);
        one.say(two.address(), "again");

        assertThat(internet.runUntil(Times.seconds(2), () -> two.hasHeard(one.address(), "again")))
                .isTrue();
    }

    @Test
    void aNewCertificateIsShownToPeersWithoutAGap() {
        connect(one, two);
        Identity old = one.settings().identity();
        VpnPrefix network = old.certificates().getFirst().networks().getFirst();
        Certificate renewed = fleet.authority()
                .sign(
                        CertificateVersion.V1,
                        "one, renamed",
                        old.key(),
                        network,
                        Authority.NOW.plus(Duration.ofDays(9)));
        var flow = new Flow(internet, one, two);
        long changed = internet.now();

        one.reconfigure(one.settings()
                .withIdentity(
                        Identity.of(List.of(renewed), old.key(), old.cipher(), old.authorities(), old.blocklist())));

        assertThat(internet.runUntil(
                        Times.seconds(3), () -> tunnel(two, one).peerName().equals("one, renamed")))
                .isTrue();
        internet.run(Times.seconds(5));
        assertThat(flow.longestSilence(changed)).isLessThan(100);
    }

    @Test
    void aTunnelEndsWithItsPeersCertificate() {
        Identity identity = two.settings().identity();
        VpnPrefix network = identity.certificates().getFirst().networks().getFirst();
        Certificate brief = fleet.authority()
                .sign(
                        CertificateVersion.V1,
                        "two",
                        identity.key(),
                        network,
                        Authority.NOW.plus(Duration.ofNanos(internet.now())).plusSeconds(30));
        two.reconfigure(two.settings()
                .withIdentity(Identity.of(
                        List.of(brief), identity.key(), identity.cipher(), identity.authorities(), Blocklist.EMPTY)));
        connect(one, two);

        internet.run(Times.seconds(60));

        assertThat(one.mesh().tunnelTo(two.address())).isNull();
    }

    @Test
    void aStrangersCertificateIsRefused() {
        var elsewhere = new Authority(new java.util.Random(5));
        Identity stranger = elsewhere.identity(
                "stranger", one.settings().identity().networks().iterator().next(), CertificateVersion.V1);
        one.reconfigure(one.settings()
                .withIdentity(new Identity(
                        stranger.certificates(),
                        stranger.key(),
                        stranger.initiating(),
                        stranger.cipher(),
                        two.settings().identity().authorities(),
                        Blocklist.EMPTY)));
        internet.run(Times.seconds(1));

        one.say(two.address(), "psst");
        internet.run(Times.seconds(5));

        assertThat(two.heard()).isEmpty();
        assertThat(two.events()).anyMatch(event -> event instanceof MeshEvent.HandshakeRefused);
    }
}
