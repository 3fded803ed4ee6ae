package dev.pharos.agent.node;

import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.dataplane.GatewayRoute.Gateway;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.SystemRoutes;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Gateways that a routing daemon, or a person, gave the kernel: routes through our device to hosts of our networks. */
final class LearnedRoutes {
    private LearnedRoutes() {}

    static List<GatewayRoute> read(String device, Collection<VpnPrefix> networks) throws LinuxException {
        List<GatewayRoute> learned = new ArrayList<>();
        for (SystemRoutes.Route route : SystemRoutes.through(device)) {
            List<Gateway> gateways = route.hops().stream()
                    .filter(hop -> networks.stream().anyMatch(network -> network.contains(hop.gateway())))
                    .map(hop -> new Gateway(hop.gateway(), hop.weight()))
                    .toList();
            if (!gateways.isEmpty()) {
                learned.add(new GatewayRoute(route.destination(), gateways));
            }
        }
        return learned;
    }
}
