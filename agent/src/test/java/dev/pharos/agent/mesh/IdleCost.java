package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What hosts send while nobody talks: no more than nebula 1.11 does, whatever kind of storm there may be.
 *
 * <p>Nebula looks at each tunnel every {@code timers.connection_alive_interval}, 5 s, and keeps its NAT open with a punch
 * where nothing was sent (facts, nebula-protocol 8 and 10): a packet each 5 s and end. Tunnels to lighthouses carry an
 * update every {@code lighthouse.interval}, 10 s, and its acknowledgement instead (section 9), which is less. A lighthouse that
 * does not answer gets the ten packets of a handshake ({@code handshakes.retries}) at each of these updates.
 */
final class IdleCost {
    /** Packets a second and tunnel that one host sends. */
    private static final double TUNNEL = 0.2;

    /** The same for a lighthouse or relay that is away. */
    private static final double ABSENT = 1;

    private IdleCost() {}

    /** Lets time pass in which nobody talks, and looks at each host that is up. */
    static void check(Internet internet, Collection<SimulatedHost> hosts, long nanos) {
        Map<SimulatedHost, Long> before = new LinkedHashMap<>();
        for (SimulatedHost host : hosts) {
            if (host.isUp()) {
                before.put(host, host.sent());
            }
        }
        internet.run(nanos);
        double seconds = (double) nanos / Times.SECOND;
        before.forEach((host, sent) -> {
            long packets = host.sent() - sent;
            int tunnels = host.mesh().tunnels().size();
            int absent = absent(host);
            // The first packet of each may be due at the very beginning.
            assertThat((double) packets)
                    .as(
                            "packets that %s with %d tunnels and %d lighthouses away sent in %.0f idle seconds",
                            host, tunnels, absent, seconds)
                    .isLessThanOrEqualTo(tunnels * (TUNNEL * seconds + 1) + absent * (ABSENT * seconds + 1));
        });
    }

    private static int absent(SimulatedHost host) {
        return (int) host.settings().discovery().lighthouses().stream()
                .filter(lighthouse -> host.mesh().tunnelTo(lighthouse) == null)
                .count();
    }
}
