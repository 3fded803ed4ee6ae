package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** After a quiet while nothing is left of what is over, and every index stands for one thing. */
final class CityBounds {
    private final List<SimulatedHost> hosts;

    CityBounds(List<SimulatedHost> hosts) {
        this.hosts = List.copyOf(hosts);
    }

    void check() {
        for (SimulatedHost host : hosts) {
            if (host.isUp()) {
                check(host);
            }
        }
    }

    private void check(SimulatedHost host) {
        Mesh mesh = host.mesh();
        TableSizes sizes = mesh.sizes();
        List<Tunnel> tunnels = mesh.tunnels();
        int hops = tunnels.stream().mapToInt(tunnel -> tunnel.relays.size()).sum();
        int handshakes = 2 * host.settings().discovery().lighthouses().size();
        String what = "tables of " + host + ": " + sizes;
        assertThat(sizes.peers()).as(what).isLessThanOrEqualTo(hosts.size());
        assertThat(sizes.pending()).as(what).isLessThanOrEqualTo(handshakes);
        assertThat(sizes.indexes()).as(what).isLessThanOrEqualTo(3 * tunnels.size() + sizes.pending());
        assertThat(sizes.relays()).as(what).isEqualTo(hops);
        assertThat(sizes.watched()).as(what).isLessThanOrEqualTo(tunnels.size());
        assertThat(sizes.timers()).as(what).isLessThanOrEqualTo(16 + handshakes);
        assertThat(sizes.reports()).as(what).isLessThanOrEqualTo(tunnels.size());
        assertThat(sizes.held()).as(what).isZero();
        assertThat(host.live()).as(what).isEqualTo(tunnels.size());
        checkIndexes(host, mesh, tunnels);
    }

    private static void checkIndexes(SimulatedHost host, Mesh mesh, List<Tunnel> tunnels) {
        Set<Integer> relayIndexes = new HashSet<>();
        for (Tunnel tunnel : tunnels) {
            assertThat(mesh.tunnelByIndex(tunnel.localIndex())).isSameAs(tunnel);
            assertThat(tunnel.peer().tunnels)
                    .as("tunnels of " + host + " to one peer")
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(tunnel.peer().paths.all()).hasSizeLessThanOrEqualTo(32);
            for (RelayEntry relay : tunnel.relays.values()) {
                assertThat(relayIndexes.add(relay.localIndex())).isTrue();
                assertThat(mesh.relayByIndex(relay.localIndex())).isSameAs(relay);
            }
        }
    }
}
