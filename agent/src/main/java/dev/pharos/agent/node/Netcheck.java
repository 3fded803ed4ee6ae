package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.OwnView;
import dev.pharos.agent.mesh.PeerStatus;
import dev.pharos.agent.status.NetcheckReport;
import dev.pharos.agent.status.NetcheckReport.Lighthouse;
import dev.pharos.agent.status.NetcheckReport.Mtu;
import dev.pharos.agent.status.NetcheckReport.Nat;
import dev.pharos.agent.status.NetcheckReport.Observation;
import dev.pharos.agent.status.StatusReport;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Asks every lighthouse now, all at once, and puts together what is known about the network beneath. */
final class Netcheck {
    /** Nebula's header and tag, UDP, and IPv4 or IPv6. */
    private static final int OVERHEAD_V4 = 16 + 16 + 8 + 20;

    private static final int OVERHEAD_V6 = 16 + 16 + 8 + 40;

    private final Node node;

    Netcheck(Node node) {
        this.node = node;
    }

    NetcheckReport report(StatusReport.@Nullable ControlPlane controlPlane) {
        List<Lighthouse> lighthouses = lighthouses();
        OwnView own = node.own();
        return new NetcheckReport(
                node.name(),
                lighthouses,
                nat(own.announced(), own.observed().values()),
                own.announced().stream().map(UnderlayEndpoint::toString).toList(),
                observations(own.observed()),
                own.announced().stream().anyMatch(endpoint -> !endpoint.isV4()),
                "none",
                controlPlane,
                mtu());
    }

    /** The lighthouses that a client reports to, each after it was asked for an answer. */
    List<Lighthouse> lighthouses() {
        if (node.settings().role() == LighthouseRole.SERVER) {
            return List.of();
        }
        List<VpnAddress> addresses =
                node.settings().lighthouses().stream().sorted().toList();
        List<Lighthouse> answers = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lighthouse>> asked = addresses.stream()
                    .map(address -> executor.submit(() -> ask(address)))
                    .toList();
            for (Future<Lighthouse> one : asked) {
                answers.add(one.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return answers;
    }

    private Lighthouse ask(VpnAddress address) {
        Optional<Long> nanos = roundTrip(address);
        Optional<PeerStatus> peer = node.peers().stream()
                .filter(one -> one.addresses().contains(address))
                .findFirst();
        return new Lighthouse(
                peer.map(PeerStatus::name).orElseGet(() -> nameOf(address)),
                address.toString(),
                nanos.isPresent(),
                peer.flatMap(PeerStatus::endpoint)
                        .map(UnderlayEndpoint::toString)
                        .orElse(null),
                peer.map(NodeDaemon::path).orElse(null),
                nanos.map(NodeDaemon::milliseconds).orElse(null));
    }

    private Optional<Long> roundTrip(VpnAddress address) {
        try {
            return Optional.of(node.ping(address));
        } catch (AgentException e) {
            return Optional.empty();
        }
    }

    private String nameOf(VpnAddress address) {
        return node.settings().names().entrySet().stream()
                .filter(entry -> entry.getValue().equals(address))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(address.toString());
    }

    /** A NAT gives one outer port to one inner port (a cone), or another one for each destination (symmetric). */
    static Nat nat(List<UnderlayEndpoint> own, Collection<UnderlayEndpoint> observed) {
        List<UnderlayEndpoint> outer = observed.stream()
                .filter(UnderlayEndpoint::isV4)
                .filter(endpoint -> !own.contains(endpoint))
                .filter(endpoint -> !endpoint.inetAddress().isSiteLocalAddress())
                .toList();
        Set<UnderlayEndpoint> different = new HashSet<>(outer);
        if (observed.isEmpty()) {
            return new Nat("unknown", "nobody has said yet where this host is seen; stock nebula never does");
        }
        if (outer.isEmpty()) {
            return new Nat("none", "this host is seen at an address of its own, or only from its own network");
        }
        if (different.size() > 1) {
            return new Nat("symmetric", "each peer sees another endpoint; hosts behind the same kind stay relayed");
        }
        return outer.size() > 1
                ? new Nat("cone", "every peer sees the same endpoint, so others can be told where to send")
                : new Nat("some", "an address is translated; it takes two observers to tell how");
    }

    private List<Observation> observations(Map<VpnAddress, UnderlayEndpoint> observed) {
        Map<VpnAddress, String> names = new java.util.HashMap<>();
        node.peers().forEach(peer -> peer.addresses().forEach(address -> names.put(address, peer.name())));
        return observed.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new Observation(
                        names.getOrDefault(entry.getKey(), entry.getKey().toString()),
                        entry.getValue().toString()))
                .toList();
    }

    private Mtu mtu() {
        boolean v6 =
                node.peers().stream().flatMap(peer -> peer.endpoint().stream()).anyMatch(endpoint -> !endpoint.isV4());
        int device = node.settings().device().map(one -> one.mtu()).orElse(0);
        int wire = device + (v6 ? OVERHEAD_V6 : OVERHEAD_V4);
        int link = smallestLink().orElse(0);
        return new Mtu(device, wire, link, link == 0 || wire <= link);
    }

    private OptionalInt smallestLink() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(link -> !node.deviceName().equals(Optional.of(link.getName())))
                    .mapToInt(Netcheck::mtuInUse)
                    .filter(mtu -> mtu > 0)
                    .min();
        } catch (SocketException e) {
            return OptionalInt.empty();
        }
    }

    /** 0 for a link that carries nothing to others. */
    private static int mtuInUse(NetworkInterface link) {
        try {
            return link.isUp()
                            && !link.isLoopback()
                            && link.getInterfaceAddresses().stream()
                                    .anyMatch(address -> !address.getAddress().isLinkLocalAddress())
                    ? link.getMTU()
                    : 0;
        } catch (SocketException e) {
            return 0;
        }
    }
}
