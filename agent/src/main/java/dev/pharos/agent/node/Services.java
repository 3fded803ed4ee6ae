package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.DnsSettings;
import dev.pharos.agent.config.ServiceSettings;
import dev.pharos.agent.config.StatsSettings;
import dev.pharos.agent.dns.DnsResponder;
import dev.pharos.agent.dns.KnownHosts;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.stats.Exporter;
import java.util.Optional;

/**
 * What a node offers besides its tunnels: names and metrics. One that cannot start is told in the log and tried again at
 * the next reload; the tunnels do not wait for it.
 */
final class Services implements AutoCloseable {
    private final Node node;
    private final EventLog log;
    private final KnownHosts hosts;

    private Optional<DnsSettings> names = Optional.empty();
    private Optional<DnsResponder> responder = Optional.empty();
    private Optional<StatsSettings> stats = Optional.empty();
    private Optional<Exporter> exporter = Optional.empty();

    Services(Node node, EventLog log) {
        this.node = node;
        this.log = log;
        this.hosts = new KnownHosts(
                node::certificatesInUse,
                () -> java.util.List.copyOf(node.settings().identity().networks()),
                System::nanoTime);
    }

    /** Starts, ends and restarts what has changed. */
    synchronized void apply(ServiceSettings settings) {
        if (!settings.dns().equals(names) || responder.isEmpty()) {
            responder.ifPresent(DnsResponder::close);
            responder = Optional.empty();
            names = settings.dns();
            names.ifPresent(this::answerNames);
        }
        Optional<StatsSettings> wanted =
                Optional.of(settings.stats()).filter(some -> some.exporter().isPresent());
        if (!wanted.equals(stats) || exporter.isEmpty()) {
            exporter.ifPresent(Exporter::close);
            exporter = Optional.empty();
            stats = wanted;
            wanted.ifPresent(this::export);
        }
    }

    private void answerNames(DnsSettings settings) {
        try {
            responder = Optional.of(DnsResponder.start(settings, hosts, log));
        } catch (AgentException e) {
            log.error("names are not answered", "why", e.getMessage());
        }
    }

    private void export(StatsSettings settings) {
        NodeMetrics metrics = new NodeMetrics(node);
        try {
            exporter =
                    Optional.of(Exporter.start(settings.exporter().orElseThrow(), () -> metrics.read(settings), log));
        } catch (AgentException e) {
            log.error("metrics are not exported", "why", e.getMessage());
        }
    }

    /** Names that were forgotten, as there were too many. */
    long displacedNames() {
        return hosts.displaced();
    }

    @Override
    public synchronized void close() {
        responder.ifPresent(DnsResponder::close);
        exporter.ifPresent(Exporter::close);
    }
}
