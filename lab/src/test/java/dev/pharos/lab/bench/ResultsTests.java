package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResultsTests {
    private final Results results = new Results();

    /** As a program that is five percent faster looks on a machine that gets slower by a third between two turns. */
    @Test
    void aMachineThatSlowsDownMovesFiguresButNoRatio() {
        turns("nebula", 1000, 1000, 660, 660);
        turns("Pharos", 1050, 1050, 693, 693);

        assertThat(results.series("Pharos", Row.TCP_1).orElseThrow().spread()).isGreaterThan(0.3);
        assertThat(results.ratios("Pharos", "nebula", Row.TCP_1).orElseThrow().values())
                .hasSize(4)
                .allSatisfy(ratio -> assertThat(ratio).isCloseTo(1.05, within(1e-9)));
    }

    /** As the same program looks when the machine gets slower in the middle of the second of three turns. */
    @Test
    void aTurnThatTheMachineTearsApartCostsOneRatioWhereItDecidesBothMedians() {
        turns("nebula", 1000, 1000, 660);
        turns("Pharos", 1050, 693, 693);

        assertThat(results.median("Pharos", Row.TCP_1).orElseThrow()
                        / results.median("nebula", Row.TCP_1).orElseThrow())
                .isLessThan(0.7);
        assertThat(results.ratio("Pharos", "nebula", Row.TCP_1).orElseThrow()).isCloseTo(1.05, within(1e-9));
    }

    @Test
    void whatWasNotMeasuredInTurnHasTheRatioOfTheMedians() {
        turns("nebula", 100, 200, 300);
        turns("Pharos", 500);

        assertThat(results.ratio("Pharos", "nebula", Row.TCP_1)).hasValue(2.5);
    }

    @Test
    void aTurnInWhichTheOtherReachedNothingHasNoRatio() {
        turns("nebula", 0, 200, 200);
        turns("Pharos", 500, 500, 600);

        assertThat(results.ratios("Pharos", "nebula", Row.TCP_1).orElseThrow().values())
                .containsExactly(2.5, 3.0);
    }

    @Test
    void thereIsNoRatioToWhatWasNotMeasuredOrReachedNothing() {
        turns("nebula", 0, 0);
        turns("Pharos", 500, 500);

        assertThat(results.ratio("Pharos", "nebula", Row.TCP_1)).isEmpty();
        assertThat(results.ratio("Pharos", "bound", Row.TCP_1)).isEmpty();
        assertThat(results.ratio("bound", "nebula", Row.TCP_1)).isEmpty();
        assertThat(results.ratio("bound", "no tunnel", Row.TCP_1)).isEmpty();
    }

    private void turns(String contender, double... values) {
        for (double value : values) {
            results.add(contender, Row.TCP_1, value);
        }
    }
}
