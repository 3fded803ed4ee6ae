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

    /** Swallows UDP between segments whose IP packets are longer than so many bytes, and tells nobody. */
    public void narrow(int bytes) {
        namespace.nft("""
            table ip narrow {
              chain passing {
                type filter hook forward priority 0
                meta l4proto udp meta length > %d drop
              }
            }
            """.formatted(bytes));
    }

    /** Takes back {@link #narrow}. */
    public void widen() {
        namespace.nft("delete table ip narrow\n");
    }
}
