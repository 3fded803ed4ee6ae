package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.VpnAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The route table as the loop uses it: what was found lately is found again without a search. On the loop's thread alone. */
final class Routing {
    private static final int SIZE = 1024;

    private final @Nullable VpnAddress[] destinations = new VpnAddress[SIZE];
    private final Gateways[] found = new Gateways[SIZE];
    private final Mesh mesh;
    private final Crossings crossings;
    private final Gateways.Reach reach = this::answers;
    private RouteTable table;
    private long now;

    Routing(RouteTable table, Mesh mesh, Crossings crossings) {
        this.table = table;
        this.mesh = mesh;
        this.crossings = crossings;
    }

    void change(RouteTable changed) {
        table = changed;
        Arrays.fill(destinations, null);
    }

    /**
     * The peer that takes a packet: its destination or a gateway; null when there is no way.
     *
     * @param length bytes of headers at {@code packet[0]}
     */
    @Nullable
    VpnAddress nextHop(long time, VpnAddress destination, byte[] packet, int length) {
        Gateways way = way(destination);
        if (way == Gateways.ITSELF) {
            return destination;
        }
        if (way == Gateways.NONE) {
            return null;
        }
        if (way.isSingle()) {
            return way.of(0);
        }
        now = time;
        return way.choose(FlowHash.of(packet, 0, length), reach);
    }

    private Gateways way(VpnAddress destination) {
        int slot = destination.hashCode() & SIZE - 1;
        VpnAddress known = destinations[slot];
        if (known != null && known.equals(destination)) {
            return found[slot];
        }
        Gateways way = table.find(destination);
        destinations[slot] = destination;
        found[slot] = way;
        return way;
    }

    /** One that cannot be reached is called, so that it is used again as soon as it is back. */
    private boolean answers(VpnAddress gateway) {
        Tunnel tunnel = mesh.tunnelTo(gateway);
        if (tunnel == null && crossings.isMesh()) {
            mesh.call(now, gateway);
        } else if (tunnel == null) {
            crossings.call(gateway);
        }
        return tunnel != null && !tunnel.isGivenUp(now);
    }
}
