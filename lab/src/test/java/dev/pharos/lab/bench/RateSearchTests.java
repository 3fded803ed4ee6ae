package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.bench.RateSearch.Try;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTests {
    private final List<Double> offered = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(doubles = {30, 400, 600, 640, 1500, 4000})
    void comesWithinAFewPercentFromAnyGuess(double capacity) {
        double found = RateSearch.highest(600, rate -> carried(rate, capacity, Double.MAX_VALUE));

        assertThat(found).isBetween(capacity * 0.9, capacity * 1.01);
        assertThat(offered).hasSizeLessThanOrEqualTo(9);
    }

    @Test
    void endsWhereTheSenderIsAtItsLimit() {
        double found = RateSearch.highest(1000, rate -> carried(rate, 1e9, 1700));

        assertThat(found).isEqualTo(1700);
        assertThat(offered).containsExactly(1000.0, 1500.0, 2250.0);
    }

    @Test
    void nothingIsCarriedWhereEverythingIsLost() {
        assertThat(RateSearch.highest(600, rate -> new Try(rate, 1))).isZero();
    }

    /** What lies above the capacity is lost. */
    private Try carried(double rate, double capacity, double limit) {
        offered.add(rate);
        double sent = Math.min(rate, limit);
        return new Try(sent, Math.max(0, 1 - capacity / sent));
    }
}
