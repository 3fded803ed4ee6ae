package dev.pharos.protocol.wire;

/** A host's own number for one of its tunnels, never 0; the peer puts it into the header of what it sends. */
public record TunnelIndex(int value) {
    public TunnelIndex {
        if (value == 0) {
            throw new IllegalArgumentException("a tunnel index is never 0");
        }
    }

    /** Eight hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%08x", value);
    }
}
