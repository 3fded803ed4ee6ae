package dev.pharos.agent.dataplane;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;

/**
 * A range beyond the overlay, and the hosts that forward to it.
 *
 * @param gateways at least one; several share the flows by their weights
 */
public record GatewayRoute(VpnPrefix range, List<Gateway> gateways) {
    public GatewayRoute {
        gateways = List.copyOf(gateways);
        if (gateways.isEmpty()) {
            throw new IllegalArgumentException("the route " + range + " has no gateway");
        }
    }

    /**
     * A host that forwards.
     *
     * @param weight its share, 1 to 2^31 - 1
     */
    public record Gateway(VpnAddress address, int weight) {
        public Gateway {
            if (weight < 1) {
                throw new IllegalArgumentException("a gateway's weight is at least 1, not " + weight);
            }
        }
    }
}
