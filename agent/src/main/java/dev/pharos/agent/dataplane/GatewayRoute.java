package dev.pharos.agent.dataplane;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;

/**
 * A range beyond the overlay, and the hosts that forward to it.
 *
 * @param gateways at least one that has a share; several share the flows by their weights
 */
public record GatewayRoute(VpnPrefix range, List<Gateway> gateways) {
    public GatewayRoute {
        gateways = List.copyOf(gateways);
        if (gateways.stream().allMatch(gateway -> gateway.weight() == Gateway.STANDBY)) {
            throw new IllegalArgumentException("the route " + range + " has no gateway with a share");
        }
    }

    /**
     * A host that forwards.
     *
     * @param weight its share, 1 to 2^31 - 1, or {@link #STANDBY}
     */
    public record Gateway(VpnAddress address, int weight) {
        /** No share: for flows whose own gateway cannot be reached. */
        public static final int STANDBY = 0;

        public Gateway {
            if (weight < 0) {
                throw new IllegalArgumentException("a gateway's weight is not negative: " + weight);
            }
        }
    }
}
