package dev.pharos.agent.stats;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.config.StatsSettings;
import dev.pharos.agent.config.StatsSettings.Graphite;
import dev.pharos.agent.config.StatsSettings.Prometheus;
import dev.pharos.agent.log.EventLog;
import java.util.List;
import java.util.function.Supplier;

/** Brings metrics to where they are wanted, until it is closed. */
public sealed interface Exporter extends AutoCloseable permits PrometheusServer, GraphiteSender {
    /**
     * Begins.
     *
     * @param metrics asked on a thread of the exporter's
     * @throws AgentException when it cannot listen there
     */
    static Exporter start(StatsSettings.Exporter settings, Supplier<List<Metric>> metrics, EventLog log)
            throws AgentException {
        return switch (settings) {
            case Prometheus prometheus -> PrometheusServer.start(prometheus, metrics, AgentVersion.current(), log);
            case Graphite graphite -> GraphiteSender.start(graphite, metrics, log);
        };
    }

    @Override
    void close();
}
