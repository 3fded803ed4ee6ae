package dev.pharos.agent.firewall;

import java.time.Duration;

/**
 * For how long a silent connection is remembered, and how many at most.
 *
 * @param connections per event loop; above it, one of those nearest to their end makes room for each new one
 */
public record ConnectionLimits(Duration tcp, Duration udp, Duration other, int connections) {
    /** Nebula's times; it knows no maximum. A full table takes some 25 MB. */
    public static final ConnectionLimits DEFAULT =
            new ConnectionLimits(Duration.ofMinutes(12), Duration.ofMinutes(3), Duration.ofMinutes(10), 1 << 18);

    public ConnectionLimits {
        if (connections < 1) {
            throw new IllegalArgumentException("a firewall must be able to track a connection");
        }
    }
}
