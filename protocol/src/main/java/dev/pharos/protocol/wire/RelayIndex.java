package dev.pharos.protocol.wire;

/**
 * A host's own number for one hop of a relay, never 0. Relay and tunnel indexes are counted apart: the same number may
 * exist as both.
 */
public record RelayIndex(int value) {
    public RelayIndex {
        if (value == 0) {
            throw new IllegalArgumentException("a relay index is never 0");
        }
    }

    /** Eight hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%08x", value);
    }
}
