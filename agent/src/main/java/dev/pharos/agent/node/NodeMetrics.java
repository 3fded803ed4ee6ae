package dev.pharos.agent.node;

import dev.pharos.agent.config.StatsSettings;
import dev.pharos.agent.config.StatsSettings.Detail;
import dev.pharos.agent.dataplane.DataPlaneCounters;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Verdict;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshConsole;
import dev.pharos.agent.mesh.MeshCounters;
import dev.pharos.agent.stats.Metric;
import dev.pharos.agent.stats.Metric.Counter;
import dev.pharos.agent.stats.Metric.Gauge;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.noise.ReplayTally;
import dev.pharos.protocol.wire.PacketType;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A node's numbers under nebula 1.11's names. Not here, as it would mean nothing: the state of Go's memory beyond what a JVM
 * has too.
 */
final class NodeMetrics {
    private static final List<String> LIGHTHOUSE_MESSAGES = List.of(
            "HostQuery",
            "HostQueryReply",
            "HostUpdateNotification",
            "HostUpdateNotificationAck",
            "HostPunchNotification",
            "other");

    private static final Map<PacketType, String> MESSAGES = new EnumMap<>(Map.of(
            PacketType.HANDSHAKE, "handshake_ixpsk0",
            PacketType.RECV_ERROR, "recv_error",
            PacketType.LIGHTHOUSE, "lighthouse",
            PacketType.TEST_REQUEST, "test_request",
            PacketType.TEST_REPLY, "test_response",
            PacketType.CLOSE_TUNNEL, "close_tunnel",
            PacketType.CONTROL, "other"));

    private final Node node;

    NodeMetrics(Node node) {
        this.node = node;
    }

    /** What is read on the loop's thread, at one moment. */
    record Reading(
            MeshConsole.Sizes sizes,
            MeshCounters.Snapshot mesh,
            int connections,
            Map<Verdict, Long> refusedIn,
            Map<Verdict, Long> refusedOut) {}

    List<Metric> read(StatsSettings settings) {
        List<Metric> metrics = new ArrayList<>();
        Reading reading = node.reading();
        DataPlaneCounters plane = node.counters();
        certificates(metrics);
        firewall(metrics, reading);
        handshakes(metrics, reading);
        sizes(metrics, reading.sizes());
        if (settings.messages() == Detail.BY_TYPE) {
            messages(metrics, reading.mesh(), plane);
        }
        if (settings.lighthouse() == Detail.BY_TYPE) {
            lighthouse(metrics, "rx", reading.mesh().lighthouseReceived());
            lighthouse(metrics, "tx", reading.mesh().lighthouseSent());
        }
        packets(metrics, reading.mesh().replays().plus(plane.replays()));
        metrics.add(new Gauge("routines", node.loops()));
        socket(metrics);
        runtime(metrics);
        return metrics;
    }

    private static void packets(List<Metric> metrics, ReplayTally.Counts counts) {
        metrics.add(new Counter("network.packets.lost", counts.lost()));
        metrics.add(new Counter("network.packets.duplicate", counts.duplicates()));
        metrics.add(new Counter("network.packets.out_of_window", counts.outOfWindow()));
    }

    private void certificates(List<Metric> metrics) {
        Identity identity = node.settings().identity();
        metrics.add(new Gauge(
                "certificate.initiating_version", identity.initiating().number()));
        metrics.add(new Gauge(
                "certificate.max_version",
                identity.certificates().stream()
                        .mapToInt(certificate -> certificate.version().number())
                        .max()
                        .orElse(0)));
        metrics.add(new Gauge(
                "certificate.ttl_seconds",
                identity.certificates().stream()
                        .map(Certificate::notAfter)
                        .mapToLong(end -> Duration.between(node.now(), end).toSeconds())
                        .min()
                        .orElse(0)));
    }

    private void firewall(List<Metric> metrics, Reading reading) {
        metrics.add(new Gauge("firewall.conntrack.count", reading.connections()));
        refused(metrics, "firewall.incoming.dropped.", reading.refusedIn());
        refused(metrics, "firewall.outgoing.dropped.", reading.refusedOut());
        var rules = node.settings().rules();
        metrics.add(new Gauge("firewall.rules.version", node.ruleChanges()));
        metrics.add(new Gauge(
                "firewall.rules.hash",
                Integer.toUnsignedLong(Objects.hash(rules.rules(Direction.INBOUND), rules.rules(Direction.OUTBOUND)))));
    }

    private static void refused(List<Metric> metrics, String prefix, Map<Verdict, Long> refused) {
        metrics.add(new Counter(prefix + "local_addr", refused.getOrDefault(Verdict.FOREIGN_LOCAL, 0L)));
        metrics.add(new Counter(prefix + "remote_addr", refused.getOrDefault(Verdict.FOREIGN_REMOTE, 0L)));
        metrics.add(new Counter(prefix + "no_rule", refused.getOrDefault(Verdict.NO_RULE, 0L)));
    }

    private void handshakes(List<Metric> metrics, Reading reading) {
        metrics.add(new Counter("handshake_manager.initiated", reading.mesh().handshakesBegun()));
        metrics.add(new Counter("handshake_manager.timed_out", node.handshakesTimedOut()));
        metrics.add(new Metric.Histogram("handshakes", node.handshakeTimes().summary()));
        metrics.add(new Counter("hostinfo.cached_packets.sent", reading.mesh().packetsReleased()));
        metrics.add(
                new Counter("hostinfo.cached_packets.dropped", reading.mesh().packetsDropped()));
    }

    private static void sizes(List<Metric> metrics, MeshConsole.Sizes sizes) {
        metrics.add(new Gauge("hostmap.main.hosts", sizes.hosts()));
        metrics.add(new Gauge("hostmap.main.indexes", sizes.tunnels()));
        metrics.add(new Gauge("hostmap.main.remoteIndexes", sizes.remoteIndexes()));
        metrics.add(new Gauge("hostmap.main.relayIndexes", sizes.relayIndexes()));
        metrics.add(new Gauge("hostmap.pending.hosts", sizes.pending()));
        metrics.add(new Gauge("hostmap.pending.indexes", sizes.pending()));
    }

    private static void messages(List<Metric> metrics, MeshCounters.Snapshot mesh, DataPlaneCounters plane) {
        MESSAGES.forEach((type, name) -> {
            metrics.add(new Counter("messages.rx." + name, mesh.received().getOrDefault(type, 0L)));
            metrics.add(new Counter("messages.tx." + name, mesh.sent().getOrDefault(type, 0L)));
        });
        metrics.add(new Counter("messages.rx.message", plane.packetsIn()));
        metrics.add(new Counter("messages.tx.message", plane.packetsOut()));
        metrics.add(new Counter("messages.rx.invalid", mesh.received().getOrDefault(PacketType.INVALID, 0L)));
        metrics.add(new Counter("messages.tx.holepunch", mesh.punches()));
        metrics.add(new Counter("messages.tx.punchy", mesh.keepAlives()));
    }

    private static void lighthouse(List<Metric> metrics, String direction, Map<String, Long> counts) {
        for (String message : LIGHTHOUSE_MESSAGES) {
            metrics.add(new Counter("lighthouse." + direction + "." + message, counts.getOrDefault(message, 0L)));
        }
    }

    private void socket(List<Metric> metrics) {
        try {
            List<Map<String, Long>> sockets = node.socketMemory();
            for (int i = 0; i < sockets.size(); i++) {
                String prefix = "udp." + i + ".";
                sockets.get(i).forEach((name, value) -> metrics.add(new Gauge(prefix + name, value)));
            }
        } catch (LinuxException e) {
            metrics.add(new Gauge("udp.0.unknown", 1));
        }
    }

    private static void runtime(List<Metric> metrics) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        metrics.add(new Gauge("runtime.MemStats.HeapAlloc", heap.getUsed()));
        metrics.add(new Gauge("runtime.MemStats.HeapSys", heap.getCommitted()));
        long collections = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(collector.getCollectionCount(), 0);
            millis += Math.max(collector.getCollectionTime(), 0);
        }
        metrics.add(new Gauge("runtime.MemStats.NumGC", collections));
        metrics.add(new Gauge("runtime.MemStats.PauseTotalNs", millis * 1e6));
        metrics.add(new Gauge(
                "runtime.NumThread", ManagementFactory.getThreadMXBean().getThreadCount()));
    }
}
