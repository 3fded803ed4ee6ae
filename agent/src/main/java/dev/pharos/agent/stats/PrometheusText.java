package dev.pharos.agent.stats;

import dev.pharos.agent.config.StatsSettings.Prometheus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prometheus' text format 0.0.4, with the names and labels that nebula's exporter makes: all gauges. */
final class PrometheusText {
    private final String prefix;

    PrometheusText(Prometheus settings) {
        List<String> parts = new ArrayList<>();
        for (String part : List.of(settings.namespace(), settings.subsystem())) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        prefix = parts.isEmpty() ? "" : String.join("_", parts) + "_";
    }

    /** @param version of this program, in the labels of {@code info} */
    String write(List<Metric> metrics, String version) {
        StringBuilder text = new StringBuilder();
        head(text, "info", "Version information for the Pharos agent");
        text.append(prefix)
                .append("info{javaversion=\"")
                .append(Runtime.version())
                .append("\",version=\"")
                .append(version)
                .append("\"} 1\n");
        for (Metric metric : metrics) {
            String name = metric.name().replaceAll("[ .=/-]", "_");
            head(text, name, metric.name());
            switch (metric) {
                case Metric.Counter(var _, long value) -> line(text, name, (double) value);
                case Metric.Gauge(var _, double value) -> line(text, name, value);
                case Metric.Histogram(var _, Samples.Summary summary) ->
                    types(summary).forEach((type, value) -> line(text, name + "{type=\"" + type + "\"}", value));
            }
        }
        return text.toString();
    }

    private static Map<String, Double> types(Samples.Summary summary) {
        Map<String, Double> types = new LinkedHashMap<>();
        types.put("count", (double) summary.count());
        types.put("max", (double) summary.max());
        types.put("mean", summary.mean());
        types.put("min", (double) summary.min());
        types.put("perc75", summary.percentile(0.75));
        types.put("perc95", summary.percentile(0.95));
        types.put("perc99", summary.percentile(0.99));
        types.put("perc999", summary.percentile(0.999));
        types.put("stddev", summary.deviation());
        types.put("sum", summary.sum());
        types.put("variance", summary.variance());
        return types;
    }

    private void head(StringBuilder text, String name, String help) {
        text.append("# HELP ")
                .append(prefix)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        text.append("# TYPE ").append(prefix).append(name).append(" gauge\n");
    }

    private void line(StringBuilder text, String name, double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        text.append(prefix)
                .append(name)
                .append(' ')
                .append(whole ? Long.toString((long) value) : Double.toString(value))
                .append('\n');
    }
}
