package dev.pharos.protocol.noise;

import java.util.Arrays;

/**
 * Which of the last 1024 counters of a tunnel have been seen (facts, nebula-protocol 3). Ask {@link #mayAccept} before
 * decrypting, which is cheap and decides nothing; {@link #accept} after it, which does. Counters are unsigned. 0, 1 and
 * 2 belong to the handshake and count as seen. One owner; not thread-safe.
 */
public final class ReplayWindow {
    /** Counters that are remembered. */
    public static final int SIZE = 1024;

    private static final int WORD_MASK = SIZE / Long.SIZE - 1;
    private static final long LAST_OF_HANDSHAKE = 2;

    /** Bit {@code counter mod SIZE}; only those of counters within the window mean anything. */
    private final long[] seen = new long[SIZE / Long.SIZE];

    private long highest = LAST_OF_HANDSHAKE;

    public ReplayWindow() {
        seen[0] = 0b111;
    }

    /** Whether a packet with this counter is new, as far as one can tell before decrypting it. */
    public boolean mayAccept(long counter) {
        if (Long.compareUnsigned(counter, highest) > 0) {
            return true;
        }
        return Long.compareUnsigned(highest - counter, SIZE) < 0 && (seen[word(counter)] & bit(counter)) == 0;
    }

    /** Marks the counter of an authentic packet as seen; false when it was seen before or is too old. */
    public boolean accept(long counter) {
        if (!mayAccept(counter)) {
            return false;
        }
        if (Long.compareUnsigned(counter, highest) > 0) {
            advance(counter);
        }
        seen[word(counter)] |= bit(counter);
        return true;
    }

    /** The highest counter seen; 2 before the first packet. */
    public long highest() {
        return highest;
    }

    private void advance(long counter) {
        if (Long.compareUnsigned(counter - highest, SIZE) >= 0) {
            Arrays.fill(seen, 0);
        } else {
            for (long skipped = highest + 1; skipped != counter; skipped++) {
                seen[word(skipped)] &= ~bit(skipped);
            }
            seen[word(counter)] &= ~bit(counter);
        }
        highest = counter;
    }

    private static int word(long counter) {
        return (int) (counter >>> 6) & WORD_MASK;
    }

    private static long bit(long counter) {
        return 1L << counter;
    }
}
