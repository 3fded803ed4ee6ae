package dev.pharos.agent.node;

import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.dataplane.RouteTable;
import dev.pharos.agent.dataplane.RouteTable.Dropped;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The ways beyond the overlay.
 *
 * @param dropped what never leaves
 * @param system present when gateways are also learned from the kernel: bytes of room for its messages, 0 for its choice
 */
record RouteSettings(List<GatewayRoute> gateways, Set<Dropped> dropped, OptionalInt system) {
    static final RouteSettings NONE = new RouteSettings(List.of(), Set.of(), OptionalInt.empty());

    /** Of a configured and a learned route for the same range the learned one counts. */
    RouteTable table(Collection<VpnPrefix> networks, Collection<GatewayRoute> learned) {
        List<GatewayRoute> all = new ArrayList<>(gateways);
        all.addAll(learned);
        return new RouteTable(networks, all, dropped);
    }
}
