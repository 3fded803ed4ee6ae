package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTests {
    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTheMiddleTwo() {
        assertThat(new Series(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
        assertThat(new Series(List.of(9.0, 1.0, 5.0, 6.0)).median()).isEqualTo(5.5);
        assertThat(new Series(List.of(7.0)).median()).isEqualTo(7);
    }

    @Test
    void theSpreadIsTheDistanceOfTheQuartersAndNotOfTheExtremes() {
        assertThat(new Series(List.of(100.0, 90.0, 110.0)).spread()).isCloseTo(0.1, within(1e-9));
        assertThat(new Series(List.of(100.0, 100.0, 100.0, 100.0, 900.0)).spread())
                .isZero();
        assertThat(new Series(List.of(0.0, 0.0)).spread()).isZero();
    }

    @Test
    void theUncertaintyIsTheStandardErrorOfTheMedian() {
        Random random = new Random(7);
        List<Double> medians = new ArrayList<>();
        double said = 0;
        for (int i = 0; i < 4000; i++) {
            Series series = new Series(random.doubles(25)
                    .map(_ -> random.nextGaussian(100, 20))
                    .boxed()
                    .toList());
            medians.add(series.median());
            said += series.uncertainty() / 4000;
        }
        double mean = medians.stream().mapToDouble(each -> each).average().orElseThrow();
        double variance = medians.stream()
                .mapToDouble(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow();

        assertThat(said).isCloseTo(Math.sqrt(variance) / mean, withinPercentage(10));
    }

    @Test
    void theQuartilesHaveAQuarterBesideThem() {
        Series series = new Series(List.of(40.0, 10.0, 20.0, 50.0, 30.0));

        assertThat(series.lowerQuartile()).isEqualTo(20);
        assertThat(series.upperQuartile()).isEqualTo(40);
    }

    @Test
    void anEmptySeriesIsRefused() {
        assertThatThrownBy(() -> new Series(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
