package dev.pharos.control.delivery;

import dev.pharos.control.network.Ranges;
import dev.pharos.control.policy.Firewall;
import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.route.SubnetRoute;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.HostPort;
import dev.pharos.protocol.bundle.NetworkCipher;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.cert.Certificate;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Everything about one network that its bundles depend on, as it was at one moment.
 *
 * @param hosts those that have not been deleted, in the order of their ids
 * @param authorities the signing one first
 * @param blocklist every unexpired certificate of blocked and deleted hosts and those taken back, in order
 * @param zone that hosts and records have their names in
 * @param controlPlane where its nodes are reached
 */
public record Snapshot(
        String networkId,
        Revision revision,
        Ranges ranges,
        NetworkCipher cipher,
        int mtu,
        List<Member> hosts,
        List<Certificate> authorities,
        List<Fingerprint> blocklist,
        Firewall firewall,
        List<SubnetRoute> routes,
        Optional<String> zone,
        List<DnsRecord> records,
        List<URI> controlPlane) {
    public Snapshot {
        hosts = List.copyOf(hosts);
        authorities = List.copyOf(authorities);
        blocklist = List.copyOf(blocklist);
        routes = List.copyOf(routes);
        records = List.copyOf(records);
        controlPlane = List.copyOf(controlPlane);
    }

    /**
     * A host.
     *
     * @param certified whether it holds a certificate that is current
     */
    public record Member(
            String id,
            String name,
            boolean agent,
            List<VpnAddress> addresses,
            List<String> groups,
            boolean lighthouse,
            boolean relay,
            List<HostPort> endpoints,
            boolean blocked,
            boolean certified) {
        public Member {
            addresses = List.copyOf(addresses);
            groups = List.copyOf(groups);
            endpoints = List.copyOf(endpoints);
        }

        /** The overlay address that it is known by. */
        public VpnAddress address() {
            return addresses.getFirst();
        }

        /** Whether others can meet it: an agent that has joined, or a stock host. */
        boolean present() {
            return !blocked && (!agent || certified);
        }
    }

    /** Hosts that are to have a bundle: agents that have joined and are not blocked. */
    List<Member> agents() {
        return hosts.stream().filter(host -> host.agent() && host.present()).toList();
    }

    /** Hosts that others find their peers through. */
    public List<Member> lighthouses() {
        return hosts.stream()
                .filter(host -> host.lighthouse() && host.present())
                .toList();
    }

    /** Hosts that carry others' packets. */
    public List<Member> relays() {
        return hosts.stream().filter(host -> host.relay() && host.present()).toList();
    }

    /** The routers of a route that others can meet, in its order. */
    public List<Member> routers(SubnetRoute route) {
        return route.routers().stream()
                .flatMap(id -> hosts.stream().filter(host -> host.id().equals(id)))
                .filter(Member::present)
                .toList();
    }

    /** The routes that a host is a router of. */
    List<SubnetRoute> routesOf(Member host) {
        return routes.stream()
                .filter(route -> route.routers().contains(host.id()))
                .toList();
    }

    /** What policies can ask about a host. */
    public Subject subject(Member host) {
        return new Subject(
                host.name(),
                host.addresses(),
                host.groups(),
                routesOf(host).stream().map(SubnetRoute::subnet).toList());
    }
}
