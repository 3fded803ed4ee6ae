package dev.pharos.agent.firewall;

/** Which ports a rule covers: inbound those at our end, outbound those at the peer's. */
public sealed interface Ports {
    Ports ANY = new Any();

    Ports FRAGMENTS = new Fragments();

    /** Every port, and packets that have none. */
    record Any() implements Ports {}

    /** All fragments of a packet but its first, which carry no port; otherwise only {@link Any} covers them. */
    record Fragments() implements Ports {}

    /** An inclusive range from 1 to 65535; Nebula's 0 means any. */
    record Range(int first, int last) implements Ports {
        public Range {
            if (first < 1 || last > 65535 || first > last) {
                throw new IllegalArgumentException("no range of ports: " + first + "-" + last);
            }
        }
    }

    static Ports of(int port) {
        return new Range(port, port);
    }

    static Ports range(int first, int last) {
        return new Range(first, last);
    }
}
