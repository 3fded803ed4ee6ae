package dev.pharos.agent.stats;

/** One number, or some about many samples, under nebula's dotted name. */
public sealed interface Metric {
    String name();

    /** Something that only grows. */
    record Counter(String name, long value) implements Metric {}

    record Gauge(String name, double value) implements Metric {}

    record Histogram(String name, Samples.Summary summary) implements Metric {}
}
