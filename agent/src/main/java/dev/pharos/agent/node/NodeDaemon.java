package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.console.DebugConsole;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.PeerStatus;
import dev.pharos.agent.status.ExplainReply;
import dev.pharos.agent.status.LocalDaemon;
import dev.pharos.agent.status.NetcheckReport;
import dev.pharos.agent.status.PingReply;
import dev.pharos.agent.status.StatusReport;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the commands ask, answered from the running node; the same for stand-alone and managed ones. */
final class NodeDaemon implements LocalDaemon {
    /** Agents renew at a third of 30 days, so a certificate this close to its end means that something is wrong. */
    private static final Duration CERTIFICATE_WARNING = Duration.ofDays(3);

    private static final String NO_LIGHTHOUSE = "no lighthouse answers";

    private final Supplier<Node> node;
    private final Management management;
    private final DebugConsole console;
    private final Instant startedAt = Instant.now();

    NodeDaemon(Supplier<Node> node, Management management, EventLog log) {
        this.node = node;
        this.management = management;
        console = new DebugConsole(new NodeConsole(node, management), log);
    }

    /** What a managed node has and a stand-alone one has not. */
    interface Management {
        StatusReport.@Nullable Revision revision();

        StatusReport.@Nullable ControlPlane controlPlane();

        List<String> problems();

        /** What is not as it should be and needs nobody now. */
        List<String> notices();

        /** How often names met a bound: questions for them, or how many are kept. */
        StatusReport.Limit names();

        Instant now();

        void leave() throws AgentException;

        /**
         * Reads the configuration again.
         *
         * @throws AgentException where there is none to read
         */
        void reload() throws AgentException;
    }

    @Override
    public StatusReport status() {
        Node running = node.get();
        List<PeerStatus> peers = running.peers();
        return new StatusReport(
                running.name(),
                running.settings().identity().networks().stream()
                        .map(VpnPrefix::address)
                        .map(VpnAddress::toString)
                        .toList(),
                management.revision(),
                management.controlPlane(),
                peers.stream().map(NodeDaemon::peer).toList(),
                AgentVersion.current(),
                startedAt,
                problems(running, peers),
                management.notices(),
                limits(running));
    }

    private List<StatusReport.Limit> limits(Node running) {
        Stream<StatusReport.Limit> ofNode =
                running.limits().stream().map(limit -> new StatusReport.Limit(limit.name(), limit.count()));
        return Stream.concat(ofNode, Stream.of(management.names()))
                .filter(limit -> limit.count() > 0)
                .toList();
    }

    @Override
    public StatusReport check() {
        StatusReport status = status();
        List<NetcheckReport.Lighthouse> silent = new Netcheck(node.get())
                .lighthouses().stream().filter(one -> !one.reachable()).toList();
        Set<String> problems = new LinkedHashSet<>(status.problems());
        List<String> notices = new ArrayList<>(management.notices());
        if (!silent.isEmpty()
                && silent.size() == node.get().settings().lighthouses().size()) {
            problems.add(NO_LIGHTHOUSE);
        } else {
            silent.forEach(one -> notices.add("lighthouse " + one.name() + " does not answer"));
        }
        return status.with(List.copyOf(problems), List.copyOf(notices));
    }

    private List<String> problems(Node running, List<PeerStatus> peers) {
        NodeSettings settings = running.settings();
        List<String> problems = new ArrayList<>(management.problems());
        boolean alone =
                peers.stream().flatMap(peer -> peer.addresses().stream()).noneMatch(settings.lighthouses()::contains);
        if (settings.role() == LighthouseRole.CLIENT && !settings.lighthouses().isEmpty() && alone) {
            problems.add(NO_LIGHTHOUSE);
        }
        Instant soon = management.now().plus(CERTIFICATE_WARNING);
        for (Certificate certificate : settings.identity().certificates()) {
            if (!certificate.isValidAt(soon)) {
                problems.add("the " + certificate.version() + " certificate ends at " + certificate.notAfter());
            }
        }
        problems.addAll(running.limitsHit());
        return List.copyOf(problems);
    }

    private static StatusReport.Peer peer(PeerStatus peer) {
        return new StatusReport.Peer(
                peer.name(),
                peer.addresses().getFirst().toString(),
                path(peer),
                peer.relay().isPresent()
                        ? null
                        : peer.endpoint().map(Object::toString).orElse(null),
                peer.roundTripNanos().isPresent()
                        ? milliseconds(peer.roundTripNanos().getAsLong())
                        : null,
                peer.lastHandshake(),
                peer.lastHeard(),
                peer.bytesIn(),
                peer.bytesOut());
    }

    static String path(PeerStatus peer) {
        return peer.relay()
                .map(relay -> "relay:" + peer.relayName().orElse(relay.toString()))
                .orElse("direct");
    }

    static double milliseconds(long nanos) {
        return Math.round(nanos / 1e4) / 100.0;
    }

    @Override
    public PingReply ping(String host) throws AgentException {
        Node running = node.get();
        VpnAddress address = find(running, host);
        if (running.settings().identity().owns(address)) {
            throw new AgentException(host + " is this host");
        }
        long nanos = running.ping(address);
        return running.peers().stream()
                .filter(peer -> peer.addresses().contains(address))
                .findFirst()
                .map(peer -> new PingReply(peer.name(), address.toString(), path(peer), milliseconds(nanos)))
                .orElseThrow(() -> new AgentException("the tunnel to " + host + " closed"));
    }

    private static VpnAddress find(Node running, String host) throws AgentException {
        VpnAddress address = HostNames.find(running, host);
        if (running.settings().identity().networks().stream().noneMatch(network -> network.contains(address))) {
            throw new AgentException(host + " is not in this host's network");
        }
        return address;
    }

    @Override
    public ExplainReply explain(String source, String destination, String service) throws AgentException {
        return new Explainer(node.get()).explain(source, destination, service);
    }

    @Override
    public NetcheckReport netcheck() {
        return new Netcheck(node.get()).report(management.controlPlane());
    }

    @Override
    public String debug(List<String> arguments) throws AgentException {
        return console.run(arguments);
    }

    @Override
    public void leave() throws AgentException {
        management.leave();
    }
}
