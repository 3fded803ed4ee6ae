package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What hosts send while nobody talks: no more than nebula 1.11 does, whatever kind of storm there may be.
 *
 * <p>Nebula looks at each tunnel every {@code timers.connection_alive_interval}, 5 s, and keeps its NAT open with a punch
 * where nothing was sent (facts, nebula-protocol 8 and 10). It does not punch to lighthouses, which get an update every
 * {@code lighthouse.interval}, 10 s (section 9). Measured with 1.11.0 in 120 s: 23 packets to a host, 12 to a lighthouse, 21 and
 * a half from a lighthouse to each of its clients. A lighthouse that does not answer gets the ten packets of a handshake
 * ({@code handshakes.retries}) at each of these updates.
 */
final class IdleCost {
    /** Packets a second and tunnel that one host sends. */
    private static final double TUNNEL = 0.18;

    /** The same to a lighthouse. */
    private static final double LIGHTHOUSE = 0.1;

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
            int all = host.mesh().tunnels().size();
            int absent = absent(host);
            int lighthouses = host.settings().discovery().lighthouses().size() - absent;
            // The first packet of each may be due at the very beginning.
            assertThat((double) packets)
                    .as(
                            "packets that %s with %d tunnels, %d to lighthouses, and %d lighthouses away sent in %.0f"
                                    + " idle seconds",
                            host, all, lighthouses, absent, seconds)
                    .isLessThanOrEqualTo((all - lighthouses) * (TUNNEL * seconds + 1)
                            + lighthouses * (LIGHTHOUSE * seconds + 1)
                            + absent * (ABSENT * seconds + 1));
        });
    }

    private static int absent(SimulatedHost host) {
        return (int) host.settings().discovery().lighthouses().stream()
                .filter(lighthouse -> host.mesh().tunnelTo(lighthouse) == null)
                .count();
    }
}
