package dev.pharos.agent.mesh;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the traffic stops when a path dies, a better one appears, or a host goes and comes. */
class PathScenarioTests {
    private final Fleet fleet = new Fleet(7);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost home = fleet.lighthouse("home");

    private Flow settledFlow(SimulatedHost one, SimulatedHost two) {
        internet.run(Times.seconds(2));
        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(5));
        return flow;
    }

    @Test
    void hostsBehindOrdinaryNatsTalkDirectlyWithinTwoSeconds() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        internet.run(Times.seconds(2));
        long start = internet.now();

        var flow = new Flow(internet, rpi, laptop);

        assertThat(internet.runUntil(
                        Times.seconds(2), () -> rpi.isDirectTo(laptop.address()) && laptop.isDirectTo(rpi.address())))
                .isTrue();
        internet.run(Times.seconds(2));
        assertThat(flow.longestSilence(start)).isLessThanOrEqualTo(300);
    }

    @Test
    void aSymmetricNatAndAFullConeTalkDirectly() {
        SimulatedHost phone = fleet.behind(Nat.Kind.SYMMETRIC, "phone");
        SimulatedHost laptop = fleet.behind(Nat.Kind.FULL_CONE, "laptop");
        internet.run(Times.seconds(2));

        var flow = new Flow(internet, laptop, phone);

        assertThat(internet.runUntil(
                        Times.seconds(2),
                        () -> phone.isDirectTo(laptop.address()) && laptop.isDirectTo(phone.address())))
                .isTrue();
        flow.stop();
    }

    @Test
    void twoSymmetricNatsTalkThroughARelay() {
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        internet.run(Times.seconds(2));
        long start = internet.now();

        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(start)).isLessThanOrEqualTo(300);
        assertThat(one.isRelayedTo(two.address())).isTrue();
        assertThat(two.isRelayedTo(one.address())).isTrue();
    }

    @Test
    void aRelayThatDiesWhileItCarriesCostsLessThanASecond() {
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        Flow flow = settledFlow(one, two);
        SimulatedHost carrying = relayOf(one, two);
        long killed = internet.now();

        carrying.crash();
        internet.run(Times.seconds(30));

        assertThat(flow.longestSilence(killed)).isLessThan(1000);
        assertThat(relayOf(one, two)).isNotSameAs(carrying);
    }

    private SimulatedHost relayOf(SimulatedHost from, SimulatedHost to) {
        Tunnel tunnel = from.mesh().tunnelTo(to.address());
        if (tunnel == null || !(tunnel.path() instanceof Path.Relayed relayed)) {
            throw new AssertionError("not relayed: " + tunnel);
        }
        return relayed.relay().addresses().contains(anchor.address()) ? anchor : home;
    }

    @Test
    void aBlackHoleOnTheDirectPathIsLeftForARelayAndComeBackFrom() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost server = fleet.open("server");
        Flow flow = settledFlow(rpi, server);
        assertThat(rpi.isDirectTo(server.address())).isTrue();
        UnderlayEndpoint router = publicAddress(rpi);
        Internet.Hole hole = between(router, server.endpoint().withPort(0));
        long cut = internet.now();

        internet.add(hole);
        internet.run(Times.seconds(20));
        assertThat(flow.longestSilence(cut)).isLessThan(1000);
        assertThat(rpi.isRelayedTo(server.address())).isTrue();
        assertThat(server.isRelayedTo(rpi.address())).isTrue();

        long mended = internet.now();
        internet.remove(hole);
        assertThat(internet.runUntil(
                        Times.seconds(5), () -> rpi.isDirectTo(server.address()) && server.isDirectTo(rpi.address())))
                .isTrue();
        internet.run(Times.seconds(5));
        assertThat(flow.longestSilence(mended)).isLessThan(200);
    }

    private static UnderlayEndpoint publicAddress(SimulatedHost host) {
        Nat nat = host.nat();
        return nat == null ? host.endpoint().withPort(0) : nat.address();
    }

    private static Internet.Hole between(UnderlayEndpoint one, UnderlayEndpoint two) {
        return (from, to) -> (from.equals(one) && to.equals(two)) || (from.equals(two) && to.equals(one));
    }

    @Test
    void aDirectPathThatLosesOneDirectionOnlyIsLeftToo() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost server = fleet.open("server");
        Flow flow = settledFlow(rpi, server);
        UnderlayEndpoint router = publicAddress(rpi);
        UnderlayEndpoint target = server.endpoint().withPort(0);
        long cut = internet.now();

        internet.add((from, to) -> from.equals(router) && to.equals(target));
        internet.run(Times.seconds(20));

        assertThat(flow.longestSilence(cut)).isLessThan(1000);
    }

    @Test
    void aLighthouseThatDiesIsNotNoticedByLiveTunnels() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        Flow flow = settledFlow(rpi, laptop);
        long killed = internet.now();

        anchor.crash();
        internet.run(Times.seconds(30));
        assertThat(flow.longestSilence(killed)).isLessThan(100);

        home.crash();
        internet.run(Times.seconds(60));
        assertThat(flow.longestSilence(killed)).isLessThan(100);
    }

    @Test
    void aPeerThatRestartsIsBackWithinASecond() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        Flow flow = settledFlow(rpi, laptop);

        laptop.remember();
        laptop.crash();
        internet.run(Times.seconds(7));
        laptop.boot();
        long up = internet.now();
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(up)).isLessThan(1000);
    }

    @Test
    void aHostThatMovesIsFollowedAtOnce() {
        SimulatedHost roamer = fleet.open("roamer");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        Flow flow = settledFlow(roamer, laptop);
        long moved = internet.now();

        roamer.move(Fleet.publicEndpoint(77));
        internet.run(Times.seconds(5));

        // Port-restricted: the laptop's router lets the new address in only after the laptop has written there.
        assertThat(flow.longestSilence(moved)).isLessThan(200);
        assertThat(roamer.isDirectTo(laptop.address())).isTrue();
    }

    @Test
    void aHostThatMovesIsFollowedAtOnceByAPublicPeer() {
        SimulatedHost roamer = fleet.open("roamer");
        SimulatedHost server = fleet.open("server");
        Flow flow = settledFlow(roamer, server);
        long moved = internet.now();

        roamer.move(Fleet.publicEndpoint(77));
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(moved)).isLessThan(200);
    }

    @Test
    void aLighthouseFollowsAnIdleHostWhoseRouterRestarts() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        internet.run(Times.seconds(20));
        Path before = pathTo(rpi);

        requireNonNull(rpi.nat()).restart();
        internet.run(Times.seconds(15));

        assertThat(pathTo(rpi)).isNotEqualTo(before);
        IdleCost.check(internet, List.of(rpi, anchor, home), Times.seconds(30));
        anchor.say(rpi.address(), "still there?");
        assertThat(internet.runUntil(Times.millis(100), () -> rpi.hasHeard(anchor.address(), "still there?")))
                .isTrue();
    }

    private Path pathTo(SimulatedHost host) {
        return requireNonNull(anchor.mesh().tunnelTo(host.address())).path();
    }

    @Test
    void withEveryLighthouseDeadARestartedHostFindsItsPeersFromMemory() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost server = fleet.open("server");
        Flow flow = settledFlow(rpi, server);
        flow.stop();
        rpi.remember();
        anchor.crash();
        home.crash();
        rpi.crash();
        internet.run(Times.seconds(30));

        rpi.boot();
        rpi.say(server.address(), "I am back");

        assertThat(internet.runUntil(Times.seconds(1), () -> server.hasHeard(rpi.address(), "I am back")))
                .isTrue();
    }

    @Test
    void tenPercentLossDoesNotMakeThePathFlap() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        settledFlow(rpi, laptop);
        rpi.events().clear();

        internet.loss(0.1);
        internet.run(Times.seconds(120));

        assertThat(rpi.events().stream().filter(event -> event instanceof MeshEvent.PathChanged))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anIdleTunnelCostsNoMoreThanAPacketEachFiveSeconds() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        internet.run(Times.seconds(20));
        long before = internet.datagrams();
        internet.run(Times.seconds(100));
        long without = internet.datagrams() - before;

        Flow flow = settledFlow(rpi, laptop);
        flow.stop();
        internet.run(Times.seconds(20));
        before = internet.datagrams();
        internet.run(Times.seconds(100));

        assertThat(internet.datagrams() - before - without).isBetween(1L, 40L);
    }

    @Test
    void twoHostsOnDifferentRelaysAgreeOnOneAndStayQuiet() {
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        settledFlow(one, two);
        internet.run(Times.seconds(5));
        assertThat(relayOf(one, two)).isSameAs(relayOf(two, one));

        long before = internet.datagrams();
        internet.run(Times.seconds(10));

        // 2 x 50 packets a second over 2 hops, and for each end a look at five endpoints every other second.
        assertThat(internet.datagrams() - before).isBetween(2000L, 2250L);
    }

    @Test
    void bothRelaysAreReadyWhileTheDirectPathCarries() {
        SimulatedHost one = fleet.open("one");
        SimulatedHost two = fleet.behind(Nat.Kind.PORT_RESTRICTED, "two");
        settledFlow(one, two);

        assertThat(one.isDirectTo(two.address())).isTrue();
        assertThat(relaysReady(one, two)).isEqualTo(2);
        assertThat(relaysReady(two, one)).isEqualTo(2);
    }

    private static long relaysReady(SimulatedHost from, SimulatedHost to) {
        Tunnel tunnel = from.mesh().tunnelTo(to.address());
        if (tunnel == null) {
            throw new AssertionError("no tunnel");
        }
        return tunnel.peer().paths.all().stream()
                .filter(path -> !path.isDirect())
                .count();
    }

    @Test
    void aRelayThatRestartsIsUsedAgain() {
        home.crash();
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        Flow flow = settledFlow(one, two);

        anchor.crash();
        internet.run(Times.seconds(5));
        anchor.boot();
        long up = internet.now();
        internet.run(Times.seconds(10));

        assertThat(flow.longestSilence(up)).isLessThan(2000);
    }

    @Test
    void oneWayTrafficMovesToo() {
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        internet.run(Times.seconds(2));
        for (int i = 0; i < 1000; i++) {
            String line = "line " + i;
            internet.at(internet.now() + i * Times.millis(20), () -> one.say(two.address(), line));
        }
        internet.run(Times.seconds(8));
        SimulatedHost carrying = relayOf(one, two);
        carrying.crash();
        long killed = internet.now();

        assertThat(internet.runUntil(
                        Times.seconds(1), () -> two.heard().getLast().at() > killed + Times.millis(100)))
                .isTrue();
    }

    @Test
    void aLaptopThatSleepsAnHourIsBackWithinASecond() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        SimulatedHost server = fleet.open("server");
        Flow flow = settledFlow(laptop, server);
        laptop.sleep();
        internet.run(Times.seconds(3600));

        laptop.wake();
        long awake = internet.now();
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(awake)).isLessThan(1000);
    }

    @Test
    void aHostThatRestartsWithItsClockSetBackIsCalledByItsPeer() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost server = fleet.open("server");
        Flow flow = settledFlow(rpi, server);
        rpi.remember();
        rpi.crash();
        rpi.setClockBack(Duration.ofDays(3));
        rpi.boot();
        long up = internet.now();
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(up)).isLessThan(1500);
    }

    @ParameterizedTest
    @CsvSource({
        "PORT_RESTRICTED, PORT_RESTRICTED",
        "ADDRESS_RESTRICTED, PORT_RESTRICTED",
        "FULL_CONE, SYMMETRIC",
        "SYMMETRIC, FULL_CONE",
        "ADDRESS_RESTRICTED, SYMMETRIC"
    })
    void noPacketIsLostWhenTrafficMovesToTheDirectPath(Nat.Kind ours, Nat.Kind theirs) {
        SimulatedHost one = fleet.behind(ours, "one");
        SimulatedHost two = fleet.behind(theirs, "two");
        internet.run(Times.seconds(2));

        var flow = new Flow(internet, one, two);
        assertThat(internet.runUntil(
                        Times.seconds(2), () -> one.isDirectTo(two.address()) && two.isDirectTo(one.address())))
                .isTrue();
        internet.run(Times.seconds(3));

        assertThat(flow.lost(0)).isZero();
    }

    @Test
    void tenPercentLossOnTheDirectPathAloneDoesNotMakeTheChoiceFlap() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        settledFlow(rpi, laptop);
        UnderlayEndpoint one = publicAddress(rpi);
        UnderlayEndpoint two = publicAddress(laptop);
        var dice = new Random(3);
        internet.add((Internet.Hole) (from, to) -> between(one, two).swallows(from, to) && dice.nextInt(10) == 0);
        rpi.events().clear();
        laptop.events().clear();

        internet.run(Times.seconds(600));

        assertThat(changes(rpi)).isLessThanOrEqualTo(10);
        assertThat(changes(laptop)).isLessThanOrEqualTo(10);
        assertThat(rpi.isDirectTo(laptop.address())).isTrue();
    }

    private static long changes(SimulatedHost host) {
        return host.events().stream()
                .filter(event -> event instanceof MeshEvent.PathChanged)
                .count();
    }

    @Test
    void withALighthouseDeadNewTunnelsComeAsFastAsBefore() {
        SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        internet.run(Times.seconds(2));
        anchor.crash();
        internet.run(Times.seconds(1));

        rpi.say(laptop.address(), "hello");

        assertThat(internet.runUntil(Times.millis(300), () -> laptop.hasHeard(rpi.address(), "hello")))
                .isTrue();
    }
}
