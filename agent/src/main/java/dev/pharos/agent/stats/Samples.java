package dev.pharos.agent.stats;

import java.util.Arrays;

/** The latest thousand samples, and how many there were. Safe to use from any thread. */
public final class Samples {
    private static final int KEPT = 1028;

    private final long[] latest = new long[KEPT];
    private long count;

    public synchronized void add(long sample) {
        latest[(int) (count++ % KEPT)] = sample;
    }

    /**
     * Numbers about the samples.
     *
     * @param count of all samples ever; the rest is about the latest
     */
    public record Summary(long count, long min, long max, double mean, double variance, long[] sorted) {
        double sum() {
            return Arrays.stream(sorted).sum();
        }

        double deviation() {
            return Math.sqrt(variance);
        }

        /** Of which that part of all samples is not above, interpolated. */
        double percentile(double part) {
            if (sorted.length == 0) {
                return 0;
            }
            double position = part * (sorted.length + 1);
            if (position < 1) {
                return sorted[0];
            }
            if (position >= sorted.length) {
                return sorted[sorted.length - 1];
            }
            long lower = sorted[(int) position - 1];
            long upper = sorted[(int) position];
            return lower + (position - Math.floor(position)) * (upper - lower);
        }
    }

    public synchronized Summary summary() {
        long[] sorted = Arrays.copyOf(latest, (int) Math.min(count, KEPT));
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).average().orElse(0);
        double variance = Arrays.stream(sorted)
                .mapToDouble(sample -> (sample - mean) * (sample - mean))
                .average()
                .orElse(0);
        long min = sorted.length == 0 ? 0 : sorted[0];
        long max = sorted.length == 0 ? 0 : sorted[sorted.length - 1];
        return new Summary(count, min, max, mean, variance, sorted);
    }
}
