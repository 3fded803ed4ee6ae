package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.protocol.UnderlayEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Lighthouses that know each other, that move, and that restart, with nobody but hosts to say where they are. */
class LighthouseScenarioTests {
    private static final UnderlayEndpoint ELSEWHERE = Fleet.publicEndpoint(88);

    private final Fleet fleet = new Fleet(31);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost home = fleet.lighthouse("home");
    private final SimulatedHost rpi = fleet.behind(Nat.Kind.PORT_RESTRICTED, "rpi");

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void settle() {
        fleet.acquaintLighthouses();
        internet.run(Times.seconds(5));
    }

    private boolean isConnected(SimulatedHost from, SimulatedHost to, long within) {
        return internet.runUntil(within, () -> from.mesh().tunnelTo(to.address()) != null);
    }

    @Test
    void lighthousesKeepATunnelToEachOtherAndKnowWhereTheOtherIs() {
        settle();
        internet.run(Times.seconds(60));

        assertThat(tunnel(anchor, home).peer().remotes.all()).contains(home.endpoint());
        assertThat(tunnel(home, anchor).isOpen()).isTrue();
    }

    @Test
    void aLighthouseThatMovedIsFoundByTheOtherOneAlthoughTheClientsEntryIsStale() {
        settle();
        rpi.crash();
        home.crash();
        home.relocate(ELSEWHERE);
        home.boot();
        internet.run(Times.seconds(5));

        rpi.boot();

        assertThat(isConnected(rpi, home, Times.seconds(2))).isTrue();
        assertThat(tunnel(rpi, home).endpoint()).isEqualTo(ELSEWHERE);
    }

    @Test
    void whereALighthouseMovedIsRememberedOverARestartWithNobodyToAsk() {
        settle();
        home.crash();
        home.relocate(ELSEWHERE);
        home.boot();
        assertThat(isConnected(home, rpi, Times.seconds(30))).isTrue();
        internet.run(Times.seconds(15));
        rpi.remember();
        rpi.crash();
        anchor.crash();

        rpi.boot();

        assertThat(isConnected(rpi, home, Times.seconds(2))).isTrue();
        assertThat(tunnel(rpi, home).endpoint()).isEqualTo(ELSEWHERE);
    }

    @Test
    void aLighthouseThatMovesWhileItRunsTakesItsTunnelsAlong() {
        settle();
        var flow = new Flow(internet, rpi, home);
        internet.run(Times.seconds(3));
        long moved = internet.now();

        home.move(ELSEWHERE);
        internet.run(Times.seconds(5));

        assertThat(flow.longestSilence(moved)).isLessThan(1000);
        assertThat(tunnel(anchor, home).endpoint()).isEqualTo(ELSEWHERE);
    }

    @Test
    void aNameThatResolvesAnewLeadsToALighthouseThatMoved() {
        anchor.crash();
        internet.run(Times.seconds(5));
        home.crash();
        home.relocate(ELSEWHERE);
        home.boot();
        internet.run(Times.seconds(30));
        assertThat(rpi.isDirectTo(home.address())).isFalse();

        rpi.resolve(Map.of(anchor.address(), List.of(anchor.endpoint()), home.address(), List.of(ELSEWHERE)));

        assertThat(isConnected(rpi, home, Times.millis(200))).isTrue();
    }

    @Test
    void aLighthouseThatRestartsIsToldWhereHostsAreAtOnce() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.PORT_RESTRICTED, "laptop");
        home.crash();
        Discovery seldom = laptop.settings().discovery();
        laptop.reconfigure(laptop.settings()
                .withDiscovery(new Discovery(
                        seldom.staticHosts(),
                        seldom.lighthouses(),
                        seldom.role(),
                        Duration.ofMinutes(10),
                        seldom.advertise(),
                        seldom.calculated())));
        internet.run(Times.seconds(12));
        anchor.remember();
        anchor.crash();
        internet.run(Times.seconds(1));
        anchor.boot();

        rpi.say(laptop.address(), "where are you?");

        assertThat(internet.runUntil(Times.seconds(1), () -> laptop.hasHeard(rpi.address(), "where are you?")))
                .isTrue();
    }

    @Test
    void hostsUpdateAtOnceWhenATunnelToALighthouseIsNew() {
        internet.run(Times.seconds(3));

        SimulatedHost late = fleet.open("late");
        internet.run(Times.millis(200));

        assertThat(tunnel(anchor, late).peer().remotes.all()).contains(late.endpoint());
    }

    @Test
    void aLighthouseThatIsAwayIsAskedForAtTheOthersSeldom() {
        settle();
        home.crash();
        internet.run(Times.seconds(60));
        long before = internet.datagrams();

        internet.run(Times.seconds(60));

        // A call a second from each of the two others, updates and their answers, a question now and then.
        assertThat(internet.datagrams() - before).isLessThan(240);
    }
}
