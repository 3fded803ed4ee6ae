package dev.pharos.control.policy;

import dev.pharos.control.host.Hosts;
import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicySet.Entry;
import dev.pharos.control.policy.PolicySet.Member;
import dev.pharos.control.route.SubnetRoute;
import dev.pharos.control.route.SubnetRoutes;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads the policies of a network together with its hosts. */
@Component
class PolicySets {
    private final Policies policies;
    private final Hosts hosts;
    private final SubnetRoutes routes;

    PolicySets(Policies policies, Hosts hosts, SubnetRoutes routes) {
        this.policies = policies;
        this.hosts = hosts;
        this.routes = routes;
    }

    PolicySet of(String networkId) {
        return of(networkId, routes.of(networkId));
    }

    /** As it would be with these routes. */
    PolicySet of(String networkId, List<SubnetRoute> routed) {
        List<Entry> entries = policies.all(networkId).stream()
                .map(policy -> new Entry(policy.id(), policy.content()))
                .toList();
        List<Member> members = hosts.living(networkId).stream()
                .map(host -> new Member(
                        host.id(),
                        new Subject(host.name(), host.addresses(), host.groups(), subnets(routed, host.id())),
                        host.blocked()))
                .toList();
        return new PolicySet(entries, members);
    }

    private static List<VpnPrefix> subnets(List<SubnetRoute> routes, String hostId) {
        return routes.stream()
                .filter(route -> route.routers().contains(hostId))
                .map(SubnetRoute::subnet)
                .toList();
    }
}
