package dev.pharos.lab.fleet;

import java.util.Arrays;
import java.util.List;

/** The hosts of the story, with what the operator gives each of them. */
public enum Member {
    HOME_SERVER("home-server", "10.42.0.1", "203.0.113.5:4242", "lighthouse", "servers"),
    ANCHOR("anchor", "10.42.0.2", "198.51.100.2:4242", "lighthouse", "servers"),
    RPI("rpi", "10.42.0.20", "", "servers"),
    LAPTOP("laptop", "10.42.0.10", "", "mobiles"),
    PHONE("phone", "10.42.0.11", "", "mobiles");

    private final String hostName;
    private final String overlay;
    private final String endpoint;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> groups;

    Member(String hostName, String overlay, String endpoint, String... groups) {
        this.hostName = hostName;
        this.overlay = overlay;
        this.endpoint = endpoint;
        this.groups = List.of(groups);
    }

    /** Its name in the mesh. */
    public String hostName() {
        return hostName;
    }

    /** Its overlay address, without the length of its prefix, which is 24. */
    public String overlay() {
        return overlay;
    }

    /** Where everyone can reach it, {@code address:port}; empty when nothing is open. */
    public String endpoint() {
        return endpoint;
    }

    public List<String> groups() {
        return groups;
    }

    /** Lighthouse and relay are the same hosts here: those with an endpoint. */
    public boolean isLighthouse() {
        return !endpoint.isEmpty();
    }

    /** Every pair once in each direction. */
    public static List<Pair> pairs() {
        return Arrays.stream(values())
                .flatMap(
                        from -> Arrays.stream(values()).filter(to -> to != from).map(to -> new Pair(from, to)))
                .toList();
    }

    /** Who asks, and who is asked. */
    public record Pair(Member from, Member to) {
        @Override
        public String toString() {
            return from.hostName + " to " + to.hostName;
        }
    }
}
