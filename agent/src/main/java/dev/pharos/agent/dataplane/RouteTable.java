package dev.pharos.agent.dataplane;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where packets of this host go: to a peer when their destination lies in our networks, else to the gateways of the most
 * specific range that contains it. Immutable.
 */
public final class RouteTable {
    /** What never leaves, {@code tun.drop_local_broadcast} and {@code tun.drop_multicast}. */
    public enum Dropped {
        /** The last address of each of our IPv4 networks. */
        LOCAL_BROADCAST,
        MULTICAST
    }

    private static final int V4_MULTICAST = 0xe;

    /** The routes of one prefix length, by their first address. */
    private record Level(int length, boolean v4, Map<VpnAddress, Gateways> byNetwork) {}

    private final List<VpnPrefix> networks;
    private final List<Level> longestFirst;
    private final Set<Dropped> dropped;
    private final Set<VpnAddress> broadcasts = new HashSet<>();

    /**
     * From our networks and the routes beyond them.
     *
     * @param routes of several for the same range the last one counts
     */
    public RouteTable(Collection<VpnPrefix> networks, Collection<GatewayRoute> routes, Set<Dropped> dropped) {
        this.networks = List.copyOf(networks);
        this.longestFirst = levels(routes);
        this.dropped = dropped.isEmpty() ? EnumSet.noneOf(Dropped.class) : EnumSet.copyOf(dropped);
        for (VpnPrefix network : networks) {
            if (network.address().isV4() && network.length() < 31) {
                broadcasts.add(VpnAddress.ofV4(network.address().v4() | -1 >>> network.length()));
            }
        }
    }

    private static List<Level> levels(Collection<GatewayRoute> routes) {
        List<Level> levels = new ArrayList<>();
        for (GatewayRoute route : routes) {
            VpnPrefix range = route.range().masked();
            boolean v4 = range.address().isV4();
            Level level = levels.stream()
                    .filter(one -> one.length == range.length() && one.v4 == v4)
                    .findFirst()
                    .orElseGet(() -> {
                        Level fresh = new Level(range.length(), v4, new HashMap<>());
                        levels.add(fresh);
                        return fresh;
                    });
            level.byNetwork.put(range.address(), new Gateways(route.gateways()));
        }
        levels.sort(Comparator.comparingInt(Level::length).reversed());
        return List.copyOf(levels);
    }

    /** {@link Gateways#ITSELF} for a peer, {@link Gateways#NONE} for what has no way or must not leave. */
    Gateways find(VpnAddress destination) {
        if (dropped.contains(Dropped.LOCAL_BROADCAST) && broadcasts.contains(destination)) {
            return Gateways.NONE;
        }
        for (VpnPrefix network : networks) {
            if (network.contains(destination)) {
                return Gateways.ITSELF;
            }
        }
        if (dropped.contains(Dropped.MULTICAST) && isMulticast(destination)) {
            return Gateways.NONE;
        }
        for (Level level : longestFirst) {
            if (level.v4 == destination.isV4()) {
                Gateways found = level.byNetwork.get(
                        new VpnPrefix(destination, level.length).masked().address());
                if (found != null) {
                    return found;
                }
            }
        }
        return Gateways.NONE;
    }

    private static boolean isMulticast(VpnAddress address) {
        return address.isV4() ? address.v4() >>> 28 == V4_MULTICAST : address.high() >>> 56 == 0xff;
    }
}
