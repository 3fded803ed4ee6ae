package dev.pharos.agent.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Metrics: {@code stats.*}.
 *
 * @param exporter absent when nobody wants them
 * @param messages whether packets are counted by type, {@code stats.message_metrics}
 * @param lighthouse whether lighthouse messages are counted by type, {@code stats.lighthouse_metrics}
 */
public record StatsSettings(Optional<Exporter> exporter, Detail messages, Detail lighthouse) {

    static final StatsSettings NONE = new StatsSettings(Optional.empty(), Detail.TOTALS, Detail.TOTALS);

    /** How finely something is counted. */
    public enum Detail {
        TOTALS,
        BY_TYPE
    }

    /** Where metrics go. */
    public sealed interface Exporter {
        /** How often the values are taken. */
        Duration interval();
    }

    /**
     * Pushes to a Graphite server.
     *
     * @param host may be a name
     * @param prefix before every metric's name
     */
    public record Graphite(Duration interval, Transport transport, HostPort host, String prefix) implements Exporter {}

    /** The protocol that reaches the Graphite server. */
    public enum Transport {
        TCP,
        UDP
    }

    /**
     * Serves Prometheus.
     *
     * @param listen where by HTTP; an empty host for every address of the machine
     * @param path of the URL
     * @param namespace first part of every metric's name, may be empty
     * @param subsystem second part of every metric's name, may be empty
     */
    public record Prometheus(Duration interval, HostPort listen, String path, String namespace, String subsystem)
            implements Exporter {}

    static StatsSettings read(Section stats) throws ConfigException {
        return new StatsSettings(
                exporter(stats), detail(stats, "message_metrics"), detail(stats, "lighthouse_metrics"));
    }

    private static Detail detail(Section stats, String key) throws ConfigException {
        return stats.flag(key, false) ? Detail.BY_TYPE : Detail.TOTALS;
    }

    private static Optional<Exporter> exporter(Section stats) throws ConfigException {
        return switch (stats.oneOf("type", "none", "graphite", "prometheus")) {
            case "graphite" -> Optional.of(graphite(stats));
            case "prometheus" -> Optional.of(prometheus(stats));
            case String none -> Optional.empty();
        };
    }

    private static Graphite graphite(Section stats) throws ConfigException {
        return new Graphite(
                interval(stats),
                stats.oneOf("protocol", "tcp", "udp").equals("tcp") ? Transport.TCP : Transport.UDP,
                stats.parse("host", required(stats, "host"), HostPort::parse),
                stats.text("prefix", "nebula"));
    }

    private static Prometheus prometheus(Section stats) throws ConfigException {
        String path = required(stats, "path");
        return new Prometheus(
                interval(stats),
                stats.parse("listen", required(stats, "listen"), HostPort::parseListen),
                path.startsWith("/") ? path : "/" + path,
                stats.text("namespace", ""),
                stats.text("subsystem", ""));
    }

    private static Duration interval(Section stats) throws ConfigException {
        Duration interval = stats.duration("interval", Duration.ZERO);
        if (!interval.isPositive()) {
            throw stats.error("interval", "must say how often, such as 10s");
        }
        return interval;
    }

    private static String required(Section stats, String key) throws ConfigException {
        String text = stats.text(key, "");
        if (text.isEmpty()) {
            throw stats.error(key, "is missing");
        }
        return text;
    }
}
