package dev.pharos.control.route;

import dev.pharos.protocol.VpnPrefix;
import java.util.List;

/**
 * What a route says.
 *
 * @param subnet with all host bits zero
 * @param routers ids of the hosts that forward to it; the first one that a peer can reach is the one it uses
 * @param masquerade whether packets get there from the router's own address
 * @param metric in the tables of the hosts that use it; smaller wins
 */
public record SubnetRoute(VpnPrefix subnet, List<String> routers, boolean masquerade, int metric) {
    public SubnetRoute {
        routers = List.copyOf(routers);
    }
}
