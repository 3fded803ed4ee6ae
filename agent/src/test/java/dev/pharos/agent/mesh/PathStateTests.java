package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathStateTests {
    private final PathState path = new PathState(new Path.Direct(Fleet.publicEndpoint(1)));

    @Test
    void theRoundTripFollowsWhatIsMeasured() {
        path.answered(0, Times.millis(80));
        assertThat(path.roundTrip()).isEqualTo(Times.millis(80));

        path.answered(1, Times.millis(40));
        assertThat(path.roundTrip()).isEqualTo(Times.millis(70));
    }

    @Test
    void aProbeThatWasKeptBackDoesNotMakePatient() {
        path.answered(0, Times.millis(80));

        path.answered(1, Times.seconds(10));

        assertThat(path.roundTrip()).isEqualTo(Times.millis(330));
    }

    @Test
    void norDoesTheFirstOne() {
        path.answered(0, Times.seconds(10));

        assertThat(path.roundTrip()).isEqualTo(Times.SECOND);
    }

    @Test
    void aPathThatIsSlowIsKnownToBeSoInTheEnd() {
        for (int i = 0; i < 30; i++) {
            path.answered(i, Times.millis(2500));
        }

        assertThat(path.roundTrip()).isBetween(Times.millis(2400), Times.millis(2500));
    }
}
