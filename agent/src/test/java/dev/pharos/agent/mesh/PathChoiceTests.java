package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The one decision, seen alone. */
class PathChoiceTests {
    private static final long NOW = Times.seconds(1000);
    private static final long CHOSEN = NOW - Times.seconds(60);

    private final PathState direct = new PathState(new Path.Direct(Fleet.publicEndpoint(1)));
    private final PathState otherDirect = new PathState(new Path.Direct(Fleet.publicEndpoint(2)));
    private final PathState relay = relayed();

    private static PathState relayed() {
        var fleet = new Fleet(1);
        SimulatedHost anchor = fleet.lighthouse("anchor");
        SimulatedHost host = fleet.open("host");
        fleet.internet().run(Times.seconds(1));
        Tunnel tunnel = host.mesh().tunnelTo(anchor.address());
        if (tunnel == null) {
            throw new AssertionError("no tunnel to the relay");
        }
        return new PathState(new Path.Relayed(tunnel, 7));
    }

    private static void answers(PathState path, long roundTripMillis) {
        path.probed(NOW - Times.millis(500));
        path.answered(NOW - Times.millis(400), Times.millis(roundTripMillis));
    }

    private static void fails(PathState path) {
        path.probed(NOW - Times.millis(300));
        path.probed(NOW - Times.millis(200));
    }

    private PathState choose(PathState current) {
        PathState chosen = PathChoice.choose(current, CHOSEN, List.of(direct, otherDirect, relay), List.of(), NOW);
        if (chosen == null) {
            throw new AssertionError("nothing chosen");
        }
        return chosen;
    }

    @Test
    void aDirectPathThatAnswersIsTakenInsteadOfARelay() {
        answers(relay, 10);
        answers(direct, 80);
        assertThat(choose(relay)).isSameAs(direct);
    }

    @Test
    void aWorkingDirectPathIsNotLeftForAFasterRelay() {
        answers(direct, 80);
        answers(relay, 10);
        assertThat(choose(direct)).isSameAs(direct);
    }

    @Test
    void aFailingPathIsLeftForWhateverAnswers() {
        fails(direct);
        answers(relay, 80);
        assertThat(choose(direct)).isSameAs(relay);
    }

    @Test
    void aFailingPathIsKeptWhenNothingAnswers() {
        fails(direct);
        fails(relay);
        assertThat(choose(direct)).isSameAs(direct);
    }

    @Test
    void oneLostProbeIsNoFailure() {
        direct.probed(NOW - Times.millis(300));
        answers(relay, 10);
        assertThat(choose(direct)).isSameAs(direct);
    }

    @Test
    void probesThatCouldNotBeAnsweredYetAreNoFailure() {
        direct.probed(NOW - Times.millis(20));
        direct.probed(NOW - Times.millis(10));
        answers(relay, 10);
        assertThat(choose(direct)).isSameAs(direct);
    }

    @Test
    void aDirectPathThatFailedLatelyMustAnswerSteadilyFirst() {
        answers(relay, 10);
        direct.failed(NOW - Times.seconds(10));
        answers(direct, 10);
        assertThat(choose(relay)).isSameAs(relay);

        direct.failed(NOW - Times.seconds(10));
        direct.probed(NOW - Times.seconds(3));
        direct.answered(NOW - Times.seconds(3), Times.millis(10));
        answers(direct, 10);
        assertThat(choose(relay)).isSameAs(direct);
    }

    @Test
    void amongDirectPathsOnlyAClearlyFasterOneWins() {
        answers(direct, 40);
        answers(otherDirect, 37);
        assertThat(choose(direct)).isSameAs(direct);

        answers(otherDirect, 5);
        answers(otherDirect, 5);
        answers(otherDirect, 5);
        assertThat(choose(direct)).isSameAs(otherDirect);
    }

    @Test
    void aChoiceMadeLatelyIsKeptAmongEquals() {
        answers(direct, 40);
        answers(otherDirect, 5);
        PathState chosen =
                PathChoice.choose(direct, NOW - Times.seconds(5), List.of(direct, otherDirect, relay), List.of(), NOW);
        assertThat(chosen).isSameAs(direct);
    }

    @Test
    void whenTheCurrentPathIsGoneTheOneHeardLastIsTaken() {
        relay.heard(NOW - Times.seconds(20));
        otherDirect.heard(NOW - Times.seconds(10));
        PathState chosen = PathChoice.choose(direct, CHOSEN, List.of(otherDirect, relay), List.of(), NOW);
        assertThat(chosen).isSameAs(otherDirect);
    }

    @Test
    void aPathInAPreferredRangeIsTakenAndKept() {
        PathState lan = new PathState(new Path.Direct(UnderlayEndpoint.ofV4(0xc0a80105, 4242)));
        List<VpnPrefix> preferred = List.of(new VpnPrefix(VpnAddress.ofV4(0xc0a80100), 24));
        answers(direct, 5);
        answers(lan, 20);

        assertThat(PathChoice.choose(direct, NOW, List.of(direct, lan, relay), preferred, NOW))
                .isSameAs(lan);
        assertThat(PathChoice.choose(lan, CHOSEN, List.of(direct, lan, relay), preferred, NOW))
                .isSameAs(lan);
    }
}
