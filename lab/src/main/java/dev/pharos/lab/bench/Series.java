package dev.pharos.lab.bench;

import java.util.List;

/** The figures of one contender in one row, one of each turn. */
public record Series(List<Double> values) {
    /** Of values that are normally distributed, times their standard deviation and over the root of their number. */
    private static final double ERROR_OF_MEDIAN = 1.2533;

    /** Between the quarters of such values, in standard deviations. */
    private static final double QUARTERS_OF_NORMAL = 1.349;

    /** Never empty; the order does not matter. */
    public Series {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a series has at least one value");
        }
        values = values.stream().sorted().toList();
    }

    /** The middle one, or the mean of the middle two. */
    public double median() {
        return quantile(0.5);
    }

    /** How far apart the quarters are, as a share of the median: half of all turns lie within that. */
    public double spread() {
        double median = median();
        return median == 0 ? 0 : (upperQuartile() - lowerQuartile()) / median;
    }

    /**
     * How far off the median may be, as a share of it: its standard error, estimated from the quarters, which one turn that
     * went wrong does not move. It shrinks as turns are added.
     */
    public double uncertainty() {
        return ERROR_OF_MEDIAN / QUARTERS_OF_NORMAL * spread() / Math.sqrt(values.size());
    }

    /** What a quarter of all turns stay below. */
    public double lowerQuartile() {
        return quantile(0.25);
    }

    /** What a quarter of all turns exceed. */
    public double upperQuartile() {
        return quantile(0.75);
    }

    public double least() {
        return values.getFirst();
    }

    public double most() {
        return values.getLast();
    }

    /** Between two values, the straight line between them. */
    private double quantile(double share) {
        double position = share * (values.size() - 1);
        int below = (int) position;
        int above = Math.min(below + 1, values.size() - 1);
        return values.get(below) + (position - below) * (values.get(above) - values.get(below));
    }
}
