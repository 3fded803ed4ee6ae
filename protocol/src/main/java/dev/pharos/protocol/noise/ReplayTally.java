package dev.pharos.protocol.noise;

/** What replay windows have found: one for all windows that one thread asks. Counts authentic packets and others alike. */
public final class ReplayTally {
    private long duplicates;
    private long outOfWindow;
    private long lost;

    void duplicate() {
        duplicates++;
    }

    void outOfWindow() {
        outOfWindow++;
    }

    void lost(long packets) {
        lost += packets;
    }

    public Counts counts() {
        return new Counts(duplicates, outOfWindow, lost);
    }

    /**
     * At one moment.
     *
     * @param duplicates packets refused because their counter had been seen
     * @param outOfWindow packets refused because they were too old to tell
     * @param lost counters that left a window without having been seen; known a window's length later
     */
    public record Counts(long duplicates, long outOfWindow, long lost) {
        /** Those of two threads. */
        public Counts plus(Counts other) {
            return new Counts(duplicates + other.duplicates, outOfWindow + other.outOfWindow, lost + other.lost);
        }

        /** Packets that were refused. */
        public long refused() {
            return duplicates + outOfWindow;
        }
    }
}
