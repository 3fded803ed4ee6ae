package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.PeerStatus;
import dev.pharos.agent.status.LocalDaemon;
import dev.pharos.agent.status.PingReply;
import dev.pharos.agent.status.StatusReport;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands ask, answered from the running node; the same for stand-alone and managed ones. */
final class NodeDaemon implements LocalDaemon {
    /** Agents renew at a third of 30 days, so a certificate this close to its end means that something is wrong. */
    private static final Duration CERTIFICATE_WARNING = Duration.ofDays(3);

    private final Supplier<Node> node;
    private final Management management;
    private final Instant startedAt = Instant.now();

    NodeDaemon(Supplier<Node> node, Management management) {
        this.node = node;
        this.management = management;
    }

    /** What a managed node has and a stand-alone one has not. */
    interface Management {
        StatusReport.@Nullable Revision revision();

        StatusReport.@Nullable ControlPlane controlPlane();

        List<String> problems();

        Instant now();

        void leave() throws AgentException;
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
                problems(running.settings(), peers));
    }

    private List<String> problems(NodeSettings settings, List<PeerStatus> peers) {
        List<String> problems = new ArrayList<>(management.problems());
        boolean alone =
                peers.stream().flatMap(peer -> peer.addresses().stream()).noneMatch(settings.lighthouses()::contains);
        if (settings.role() == LighthouseRole.CLIENT && !settings.lighthouses().isEmpty() && alone) {
            problems.add("no lighthouse answers");
        }
        Instant soon = management.now().plus(CERTIFICATE_WARNING);
        for (Certificate certificate : settings.identity().certificates()) {
            if (!certificate.isValidAt(soon)) {
                problems.add("the " + certificate.version() + " certificate ends at " + certificate.notAfter());
            }
        }
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

    private static String path(PeerStatus peer) {
        return peer.relay()
                .map(relay -> "relay:" + peer.relayName().orElse(relay.toString()))
                .orElse("direct");
    }

    private static double milliseconds(long nanos) {
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
        Optional<VpnAddress> known = Optional.ofNullable(
                        running.settings().names().get(host))
                .or(() -> running.peers().stream()
                        .filter(peer -> peer.name().equals(host))
                        .map(peer -> peer.addresses().getFirst())
                        .findFirst());
        if (known.isPresent()) {
            return known.get();
        }
        try {
            VpnAddress address = VpnAddress.parse(host);
            if (running.settings().identity().networks().stream().noneMatch(network -> network.contains(address))) {
                throw new AgentException(host + " is not in this host's network");
            }
            return address;
        } catch (MalformedException e) {
            throw new AgentException("no host is called " + host + "; give its overlay address", e);
        }
    }

    @Override
    public void leave() throws AgentException {
        management.leave();
    }
}
