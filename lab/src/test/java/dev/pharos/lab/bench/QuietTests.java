package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.bench.CpuTimes.Shares;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuietTests {
    private final Results results = new Results();
    private final Quiet quiet = new Quiet();

    @Test
    void aQuietMachineIsBelieved() {
        turns("nebula", 400, 420, 410);
        quiet.calm(new Shares(0.02, 0));
        quiet.measured(new Shares(0.9, 0.01));

        assertThat(quiet.objection(results)).isEmpty();
    }

    @Test
    void whatOthersDoInTheCalmMomentsIsAnObjection() {
        quiet.calm(new Shares(0.3, 0));
        quiet.calm(new Shares(0.2, 0.2));
        quiet.calm(new Shares(0, 0));

        assertThat(quiet.objection(results))
                .hasValueSatisfying(why -> assertThat(why).startsWith("other programs took 30 % of the processors"));
    }

    @Test
    void oneBusyMomentOfManyIsNone() {
        List.of(0.01, 0.9, 0.02, 0.01, 0.01).forEach(busy -> quiet.calm(new Shares(busy, 0)));

        assertThat(quiet.objection(results)).isEmpty();
    }

    @Test
    void whatTheHostTakesIsAnObjection() {
        quiet.measured(new Shares(0.9, 0.1));

        assertThat(quiet.objection(results))
                .hasValueSatisfying(why -> assertThat(why).contains("took 10 % of its processors"));
    }

    @Test
    void aMachineThatSlowsDownForAllIsNone() {
        turns("nebula", 400, 400, 250, 250);
        turns("Pharos", 2000, 2000, 1250, 1250);

        assertThat(quiet.objection(results)).isEmpty();
    }

    @Test
    void multiplesThatDifferAreAnObjectionThatNamesWhose() {
        turns("nebula", 400, 400, 250, 250);
        turns("Pharos", 2000, 1000, 2000, 1250);

        assertThat(quiet.objection(results))
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith("the turns of Pharos differ too much, from 2.5 to 8.0 × nebula in one TCP stream"));
    }

    @Test
    void asManyTurnsAsMakeUpForThatAreNone() {
        for (int i = 0; i < 4; i++) {
            turns("nebula", 400, 400, 250, 250);
            turns("Pharos", 2000, 1000, 2000, 1250);
        }

        assertThat(quiet.objection(results)).isEmpty();
    }

    @Test
    void figuresThatDifferAreAnObjectionWhereNebulaHasNone() {
        turns("Pharos", 2000, 4000, 6000);

        assertThat(quiet.objection(results))
                .hasValueSatisfying(why ->
                        assertThat(why).startsWith("the turns of Pharos differ too much, from 2 000 to 6 000 Mbit/s"));
    }

    private void turns(String contender, double... mbits) {
        for (double each : mbits) {
            results.add(contender, Row.TCP_1, each);
        }
    }
}
