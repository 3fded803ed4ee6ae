package dev.pharos.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the machine left the run alone. Others show in the moments between two contenders, when nothing of ours runs; what
 * the host of a virtual machine takes shows as stolen time; and what shows nowhere else shows as rounds that differ.
 */
public final class Quiet {
    /** Of all processors, in the middle of the calm moments. */
    static final double OTHERS = 0.08;

    /** Of all processors, while something was measured. */
    static final double STOLEN = 0.05;

    /** Between the quarters of one contender's rounds, of their median. */
    static final double SPREAD = 0.25;

    private final List<Double> calm = new ArrayList<>();
    private final List<Double> stolen = new ArrayList<>();

    /** Notes a moment in which nothing of ours ran. */
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
            return Optional.of(("other programs took %.0f %% of the processors while nothing of this run did anything"
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
        return results.series(contender, Row.TCP_1)
                .filter(series -> series.spread() > SPREAD)
                .map(series ->
                        ("the rounds of %s differ too much, from %.0f to %.0f Mbit/s in one TCP stream (half of them"
                            + " have to lie within %.0f %% of the median); try again, with more rounds if it stays so")
                                .formatted(contender, series.least(), series.most(), SPREAD * 100));
    }

    private static double middle(List<Double> values) {
        return values.isEmpty() ? 0 : new Series(values).median();
    }
}
