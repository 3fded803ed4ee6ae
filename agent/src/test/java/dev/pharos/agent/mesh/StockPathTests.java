package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which way traffic goes when the far end is a stock node, which has to be moved (DESIGN section 4). */
class StockPathTests {
    private final Fleet fleet = new Fleet(41);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost home = fleet.lighthouse("home");

    private static boolean isDirect(SimulatedHost here, StockNode there) {
        return here.isDirectTo(there.address()) && there.isDirectTo(here.address());
    }

    private Flow settledFlow(SimulatedHost here, StockNode there) {
        internet.run(Times.seconds(2));
        var flow = new Flow(internet, here, there);
        internet.run(Times.seconds(5));
        return flow;
    }

    @ParameterizedTest
    @CsvSource({
        "FULL_CONE, SYMMETRIC",
        "SYMMETRIC, FULL_CONE",
        "FULL_CONE, FULL_CONE",
        "PORT_RESTRICTED, PORT_RESTRICTED",
        "ADDRESS_RESTRICTED, PORT_RESTRICTED",
        "ADDRESS_RESTRICTED, SYMMETRIC"
    })
    void aDirectPathThatIsPossibleIsUsedWithinTwoSeconds(Nat.Kind ours, Nat.Kind theirs) {
        SimulatedHost laptop = fleet.behind(ours, "laptop");
        StockNode phone = fleet.stock(theirs, "phone");
        internet.run(Times.seconds(3));
        var flow = new Flow(internet, laptop, phone);
        assertThat(internet.runUntil(Times.millis(300), () -> !phone.heard().isEmpty()))
                .isTrue();
        internet.run(Times.millis(100));
        int connected = flow.sent();

        assertThat(internet.runUntil(Times.millis(1600), () -> isDirect(laptop, phone)))
                .isTrue();
        internet.run(Times.seconds(3));

        assertThat(isDirect(laptop, phone)).isTrue();
        assertThat(flow.lost(connected)).isZero();
    }

    @Test
    void twoSymmetricNatsStayOnTheRelayAndLoseNothing() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.SYMMETRIC, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.SYMMETRIC, "phone");
        Flow flow = settledFlow(laptop, phone);
        int settled = flow.sent();

        internet.run(Times.seconds(30));

        assertThat(laptop.isRelayedTo(phone.address())).isTrue();
        assertThat(flow.lost(settled)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"DRAINED", "KILLED", "BLACK_HOLED"})
    void theRelayInUseIsLeftWithinASecondInBothDirections(End end) {
        SimulatedHost laptop = fleet.behind(Nat.Kind.SYMMETRIC, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.SYMMETRIC, "phone");
        Flow flow = settledFlow(laptop, phone);
        SimulatedHost carrying = relayOf(laptop, phone.address());
        long gone = internet.now();

        end(carrying, end);
        internet.run(Times.seconds(20));

        assertThat(relayOf(laptop, phone.address())).isNotSameAs(carrying);
        assertThat(flow.longestSilence(gone)).isLessThan(end == End.DRAINED ? 200 : 1000);
    }

    /** How a relay goes out of service. */
    enum End {
        DRAINED,
        KILLED,
        BLACK_HOLED
    }

    private void end(SimulatedHost relay, End end) {
        switch (end) {
            case DRAINED -> {
                relay.mesh().close(internet.now());
                relay.crash();
            }
            case KILLED -> relay.crash();
            case BLACK_HOLED ->
                internet.add((Internet.Hole)
                        (from, to) -> from.equals(relay.endpoint().withPort(0))
                                || to.equals(relay.endpoint().withPort(0)));
        }
    }

    private SimulatedHost relayOf(SimulatedHost from, VpnAddress to) {
        Tunnel tunnel = from.mesh().tunnelTo(to);
        if (tunnel == null || !(tunnel.path() instanceof Path.Relayed relayed)) {
            throw new AssertionError("not relayed: " + tunnel);
        }
        return relayed.relay().addresses().contains(anchor.address()) ? anchor : home;
    }

    @ParameterizedTest
    @CsvSource({"DRAINED", "KILLED", "BLACK_HOLED"})
    void betweenPharosHostsItIsLeftWithinASecondToo(End end) {
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        internet.run(Times.seconds(2));
        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(5));
        SimulatedHost carrying = relayOf(one, two.address());
        long gone = internet.now();

        end(carrying, end);
        internet.run(Times.seconds(20));

        assertThat(flow.longestSilence(gone)).isLessThan(1000);
        assertThat(relayOf(one, two.address())).isNotSameAs(carrying);
    }

    @Test
    void aBlackHoleOnTheDirectPathIsLeftForARelayAndComeBackFrom() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.PORT_RESTRICTED, "phone");
        Flow flow = settledFlow(laptop, phone);
        assertThat(isDirect(laptop, phone)).isTrue();
        UnderlayEndpoint here = Objects.requireNonNull(laptop.nat()).address();
        UnderlayEndpoint there = phone.nat().address();
        Internet.Hole hole =
                (from, to) -> (from.equals(here) && to.equals(there)) || (from.equals(there) && to.equals(here));
        long cut = internet.now();

        internet.add(hole);
        internet.run(Times.seconds(20));
        assertThat(flow.longestSilence(cut)).isLessThan(1000);
        assertThat(laptop.isRelayedTo(phone.address())).isTrue();

        long mended = internet.now();
        internet.remove(hole);
        assertThat(internet.runUntil(Times.seconds(5), () -> isDirect(laptop, phone)))
                .isTrue();
        internet.run(Times.seconds(5));
        assertThat(flow.longestSilence(mended)).isLessThan(200);
    }

    /** What loses packets of the direct path. */
    enum Lost {
        OURS,
        THEIRS
    }

    private static Internet.Hole hole(SimulatedHost here, StockNode there, Lost lost) {
        UnderlayEndpoint ours = Objects.requireNonNull(here.nat()).address();
        UnderlayEndpoint theirs = there.nat().address();
        return switch (lost) {
            case OURS -> (from, to) -> from.equals(ours) && to.equals(theirs);
            case THEIRS -> (from, to) -> from.equals(theirs) && to.equals(ours);
        };
    }

    @ParameterizedTest
    @EnumSource
    void aDirectPathThatLosesOneDirectionOnlyIsLeftAndComeBackFrom(Lost lost) {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.PORT_RESTRICTED, "phone");
        Flow flow = settledFlow(laptop, phone);
        assertThat(isDirect(laptop, phone)).isTrue();
        Internet.Hole hole = hole(laptop, phone, lost);
        long cut = internet.now();

        internet.add(hole);
        internet.run(Times.seconds(20));
        assertThat(flow.longestSilence(cut)).isLessThan(1500);
        assertThat(laptop.isRelayedTo(phone.address())).isTrue();

        internet.remove(hole);
        assertThat(internet.runUntil(Times.seconds(5), () -> isDirect(laptop, phone)))
                .isTrue();
    }

    /** A probe would bind the peer to it, and nothing would come from there. */
    @Test
    void aDirectPathByWhichNothingComesIsNotTriedWithoutASign() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.PORT_RESTRICTED, "phone");
        Flow flow = settledFlow(laptop, phone);
        internet.add(hole(laptop, phone, Lost.THEIRS));
        internet.run(Times.seconds(3));
        long relayed = internet.now();
        assertThat(laptop.isRelayedTo(phone.address())).isTrue();

        internet.run(Times.seconds(50));

        assertThat(flow.longestSilence(relayed)).isLessThan(200);
    }

    @Test
    void withoutAnotherPathADeafStockPeerIsStillListenedTo() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.PORT_RESTRICTED, "phone");
        Flow flow = settledFlow(laptop, phone);
        anchor.crash();
        home.crash();
        Internet.Hole hole = hole(laptop, phone, Lost.OURS);
        long cut = internet.now();

        internet.add(hole);
        internet.run(Times.seconds(60));
        assertThat(silenceAt(laptop, phone, cut)).isLessThan(100);

        long mended = internet.now();
        internet.remove(hole);
        internet.run(Times.seconds(10));
        assertThat(flow.longestSilence(mended)).isLessThan(1000);
    }

    private long silenceAt(SimulatedHost at, StockNode from, long since) {
        long longest = 0;
        long last = since;
        for (SimulatedHost.Heard heard : at.heard()) {
            if (heard.at() >= since && heard.from().equals(from.address())) {
                longest = Math.max(longest, heard.at() - last);
                last = heard.at();
            }
        }
        return Math.max(longest, internet.now() - last) / Times.MILLISECOND;
    }

    @Test
    void tenPercentLossOnTheDirectPathDoesNotMakeTheChoiceFlap() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.PORT_RESTRICTED, "phone");
        settledFlow(laptop, phone);
        Internet.Hole ours = hole(laptop, phone, Lost.OURS);
        Internet.Hole theirs = hole(laptop, phone, Lost.THEIRS);
        var dice = new Random(3);
        internet.add((Internet.Hole)
                (from, to) -> (ours.swallows(from, to) || theirs.swallows(from, to)) && dice.nextInt(10) == 0);
        laptop.events().clear();

        internet.run(Times.seconds(600));

        assertThat(laptop.events().stream().filter(event -> event instanceof MeshEvent.TunnelOpened))
                .hasSizeLessThanOrEqualTo(5);
        assertThat(laptop.events().stream().filter(event -> event instanceof MeshEvent.PathChanged))
                .hasSizeLessThanOrEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"FULL_CONE, SYMMETRIC", "PORT_RESTRICTED, PORT_RESTRICTED", "SYMMETRIC, SYMMETRIC"})
    void aStockPeerThatRestartsIsBackWithinASecond(Nat.Kind ours, Nat.Kind theirs) {
        SimulatedHost laptop = fleet.behind(ours, "laptop");
        StockNode phone = fleet.stock(theirs, "phone");
        Flow flow = settledFlow(laptop, phone);
        long restarted = internet.now();

        phone.restart();
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(restarted)).isLessThan(1000);
    }

    @Test
    void aHostThatRestartsIsBackWithItsStockPeerWithinASecond() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.PORT_RESTRICTED, "phone");
        Flow flow = settledFlow(laptop, phone);
        laptop.remember();
        laptop.crash();
        internet.run(Times.seconds(7));

        laptop.boot();
        long up = internet.now();
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(up)).isLessThan(1000);
    }

    /** Port-restricted: the phone's router lets nothing in from the new address, so only a handshake by the relay helps. */
    @ParameterizedTest
    @EnumSource(names = {"FULL_CONE", "PORT_RESTRICTED"})
    void aHostThatMovesTakesItsStockPeerAlong(Nat.Kind theirs) {
        SimulatedHost roamer = fleet.open("roamer");
        StockNode phone = fleet.stock(theirs, "phone");
        Flow flow = settledFlow(roamer, phone);
        long moved = internet.now();

        roamer.move(Fleet.publicEndpoint(77));
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(moved)).isLessThan(200);
    }
}
