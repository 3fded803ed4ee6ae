package dev.pharos.agent.stats;

import dev.pharos.agent.config.StatsSettings.Graphite;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Graphite's plain-text protocol: path, value and time, one line each, with the paths that nebula's exporter makes. */
final class GraphiteText {
    private static final Map<String, Double> PERCENTILES =
            new java.util.TreeMap<>(Map.of("50", 0.5, "75", 0.75, "95", 0.95, "99", 0.99, "999", 0.999));

    private final String prefix;
    private final double seconds;

    GraphiteText(Graphite settings) {
        prefix = settings.prefix().isEmpty() ? "" : settings.prefix() + ".";
        Duration interval = settings.interval();
        seconds = interval.toNanos() / 1e9;
    }

    String write(List<Metric> metrics, Instant now) {
        StringBuilder text = new StringBuilder();
        for (Metric metric : metrics) {
            switch (metric) {
                case Metric.Counter(String name, long value) -> {
                    line(text, name + ".count", Long.toString(value), now);
                    line(text, name + ".count_ps", number(value / seconds), now);
                }
                case Metric.Gauge(String name, double value) ->
                    line(
                            text,
                            name + ".value",
                            value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value),
                            now);
                case Metric.Histogram(String name, Samples.Summary summary) -> histogram(text, name, summary, now);
            }
        }
        return text.toString();
    }

    private void histogram(StringBuilder text, String name, Samples.Summary summary, Instant now) {
        line(text, name + ".count", Long.toString(summary.count()), now);
        line(text, name + ".min", Long.toString(summary.min()), now);
        line(text, name + ".max", Long.toString(summary.max()), now);
        line(text, name + ".mean", number(summary.mean()), now);
        line(text, name + ".std-dev", number(summary.deviation()), now);
        PERCENTILES.forEach(
                (key, part) -> line(text, name + "." + key + "-percentile", number(summary.percentile(part)), now));
    }

    private void line(StringBuilder text, String path, String value, Instant now) {
        text.append(prefix)
                .append(path)
                .append(' ')
                .append(value)
                .append(' ')
                .append(now.getEpochSecond())
                .append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
