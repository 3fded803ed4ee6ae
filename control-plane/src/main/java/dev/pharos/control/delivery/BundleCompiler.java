package dev.pharos.control.delivery;

import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.control.route.SubnetRoute;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EncodedPart;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.NamesPart.NamedHost;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.OwnPart.Certificates;
import dev.pharos.protocol.bundle.OwnPart.Forwarding;
import dev.pharos.protocol.bundle.PartDigests;
import dev.pharos.protocol.bundle.TlsTrust;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.bundle.TopologyPart.ControlPlane;
import dev.pharos.protocol.bundle.TopologyPart.Lighthouse;
import dev.pharos.protocol.bundle.TopologyPart.Route;
import dev.pharos.protocol.bundle.TrustPart;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** From a snapshot to the parts of bundles: the same snapshot always gives the same bytes. */
final class BundleCompiler {
    /** UDP, on hosts whose endpoints others have been told. */
    private static final int WELL_KNOWN_PORT = 4242;

    private static final int EVERY_ROUTER = Integer.MAX_VALUE;

    /** Stock hosts before 1.10 read one gateway of a route and no list. */
    private static final int FIRST_ROUTER = 1;

    private BundleCompiler() {}

    /** The parts that the whole network shares. */
    record SharedParts(EncodedPart trust, EncodedPart topology, EncodedPart names) {
        PartDigests with(Digest own) {
            return new PartDigests(own, trust.digest(), topology.digest(), names.digest());
        }

        List<String> critical() {
            return all().stream().flatMap(part -> part.critical().stream()).toList();
        }

        List<EncodedPart> all() {
            return List.of(trust, topology, names);
        }
    }

    static SharedParts shared(Snapshot snapshot, TlsTrust tls) {
        return new SharedParts(
                new TrustPart(snapshot.authorities(), snapshot.blocklist()).encode(),
                topology(snapshot, snapshot.controlPlane(), tls, EVERY_ROUTER).encode(),
                names(snapshot).encode());
    }

    /** What one host alone is told. */
    static EncodedPart own(Snapshot snapshot, Member host, Certificates certificates) {
        boolean reachable = host.lighthouse() || !host.endpoints().isEmpty();
        return new OwnPart(
                        host.name(),
                        host.addresses().stream().map(snapshot.ranges()::within).toList(),
                        certificates,
                        snapshot.cipher(),
                        snapshot.mtu(),
                        reachable ? WELL_KNOWN_PORT : 0,
                        host.lighthouse(),
                        host.relay(),
                        host.endpoints(),
                        snapshot.firewall().rulesFor(snapshot.subject(host)),
                        snapshot.routesOf(host).stream()
                                .map(route -> new Forwarding(route.subnet(), route.masquerade()))
                                .toList())
                .encode();
    }

    /** Of everything that a stock host is told in its configuration beside its certificate. */
    static Digest told(Snapshot snapshot, Member host, Certificates certificates) {
        List<EncodedPart> parts = List.of(
                own(snapshot, host, certificates),
                new TrustPart(snapshot.authorities(), snapshot.blocklist()).encode(),
                topology(snapshot, List.of(), TlsTrust.WEB_PKI, FIRST_ROUTER).encode());
        return Digest.of(parts.stream()
                .map(part -> part.digest().hex())
                .collect(Collectors.joining())
                .concat(String.join(",", host.groups()))
                .getBytes(StandardCharsets.UTF_8));
    }

    private static TopologyPart topology(Snapshot snapshot, List<URI> controlPlane, TlsTrust tls, int routersToldOf) {
        return new TopologyPart(
                snapshot.lighthouses().stream()
                        .map(host -> new Lighthouse(host.name(), host.address(), host.endpoints()))
                        .toList(),
                snapshot.relays().stream().map(Member::address).toList(),
                new ControlPlane(controlPlane, tls, List.of()),
                snapshot.routes().stream()
                        .flatMap(route -> route(snapshot, route, routersToldOf).stream())
                        .toList());
    }

    /** Nothing when none of its routers can be met. */
    private static Optional<Route> route(Snapshot snapshot, SubnetRoute route, int routersToldOf) {
        List<VpnAddress> routers = snapshot.routers(route).stream()
                .limit(routersToldOf)
                .map(Member::address)
                .toList();
        return routers.isEmpty() ? Optional.empty() : Optional.of(new Route(route.subnet(), routers, route.metric()));
    }

    private static NamesPart names(Snapshot snapshot) {
        return new NamesPart(
                snapshot.hosts().stream()
                        .map(host -> new NamedHost(host.name(), host.addresses()))
                        .toList(),
                snapshot.zone(),
                snapshot.records());
    }
}
