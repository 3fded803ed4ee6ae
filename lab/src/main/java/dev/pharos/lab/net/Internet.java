package dev.pharos.lab.net;

import dev.pharos.lab.run.Run;

/** What lies between the segments: one namespace that carries packets from each public segment to the others. */
public final class Internet {
    private final Namespace namespace;

    public Internet(Run run) {
        namespace = Namespace.create(run, "internet");
        namespace.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    }

    /**
     * A public segment.
     *
     * @param name at most 8 letters
     * @param network three octets, such as {@code 198.51.100}; its gateway is {@code .1}, its mask 24 bits
     */
    public Segment segment(String name, String network) {
        return Segment.create(namespace, name, network);
    }
}
