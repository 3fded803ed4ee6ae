package dev.pharos.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * Whether the machine left the run alone. Others show in the moments between two turns, when all tunnels rest, as what the
 * processors do besides; what the host of a virtual machine takes shows as stolen time; and what shows nowhere else shows as
 * turns that differ. How fast the machine is may change between two turns: what must not is how contenders compare.
 */
public final class Quiet {
    /** Of all processors, in the middle of the calm moments. */
    static final double OTHERS = 0.08;

    /** Of all processors, while something was measured. */
    static final double STOLEN = 0.05;

    /** How far off the median of one contender's multiples of nebula may be, or of its figures where nebula has none. */
    static final double UNCERTAIN = 0.1;

    private final List<Double> calm = new ArrayList<>();
    private final List<Double> stolen = new ArrayList<>();

    /** Notes a moment in which nothing of ours ran, resting tunnels left out. */
    public void calm(CpuTimes.Shares shares) {
        calm.add(shares.busy() + shares.stolen());
    }

    /** Notes a time in which something was measured. */
    public void measured(CpuTimes.Shares shares) {
        stolen.add(shares.stolen());
    }

    /** What others took while nothing of ours ran, in the middle of all looks, from 0 to 1. */
    public double others() {
        return middle(calm);
    }

    /** What the host took while something was measured, in the middle of all times, from 0 to 1. */
    public double stolen() {
        return middle(stolen);
    }

    /** Why nothing can be said after this run; empty when its figures can be believed. */
    public Optional<String> objection(Results results) {
        if (others() > OTHERS) {
            return Optional.of(("other programs took %.0f %% of the processors while everything of this run rested"
                            + " (at most %.0f %% is let pass); stop them")
                    .formatted(others() * 100, OTHERS * 100));
        }
        if (stolen() > STOLEN) {
            return Optional.of(
                    ("the host of this virtual machine took %.0f %% of its processors during the measurements"
                                    + " (at most %.0f %% is let pass); try again later")
                            .formatted(stolen() * 100, STOLEN * 100));
        }
        return results.contenders().stream()
                .flatMap(contender -> unsteady(contender, results).stream())
                .findFirst();
    }

    private static Optional<String> unsteady(String contender, Results results) {
        Optional<Series> multiples = results.ratios(contender, LineUp.NEBULA, Row.TCP_1);
        return multiples.isPresent()
                ? unsteady(contender, multiples, BenchReport::multiple, "× nebula")
                : unsteady(contender, results.series(contender, Row.TCP_1), Row.TCP_1::format, Row.TCP_1.unit());
    }

    private static Optional<String> unsteady(
            String contender, Optional<Series> turns, DoubleFunction<String> format, String unit) {
        return turns.filter(series -> series.uncertainty() > UNCERTAIN)
                .map(series ->
                        ("the turns of %s differ too much, from %s to %s %s in one TCP stream: their median may be"
                                        + " off by %.0f %% (at most %.0f %% is let pass); try again, with more turns")
                                .formatted(
                                        contender,
                                        format.apply(series.least()),
                                        format.apply(series.most()),
                                        unit,
                                        series.uncertainty() * 100,
                                        UNCERTAIN * 100));
    }

    private static double middle(List<Double> values) {
        return values.isEmpty() ? 0 : new Series(values).median();
    }
}
