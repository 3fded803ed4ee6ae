package dev.pharos.protocol.noise;

import java.util.Arrays;

/**
 * Which of the last 1024 counters of a tunnel have been seen (facts, nebula-protocol 3). Ask {@link #mayAccept} before
 * decrypting, which is cheap and decides nothing; {@link #accept} after it, which does. Counters are unsigned. 0, 1 and
 * 2 belong to the handshake and count as seen. One owner, whose tally is handed in; not thread-safe.
 */
public final class ReplayWindow {
    /** Counters that are remembered. */
    public static final int SIZE = 1024;

    private static final int WORD_MASK = SIZE / Long.SIZE - 1;
    private static final long LAST_OF_HANDSHAKE = 2;

    /** Bit {@code counter mod SIZE}; only those of counters within the window mean anything, the others are 0. */
    private final long[] seen = new long[SIZE / Long.SIZE];

    private long highest = LAST_OF_HANDSHAKE;

    public ReplayWindow() {
        seen[0] = 0b111;
    }

    /** Whether a packet with this counter is new, as far as one can tell before decrypting it; one that is not is tallied. */
    public boolean mayAccept(long counter, ReplayTally tally) {
        if (Long.compareUnsigned(counter, highest) > 0) {
            return true;
        }
        if (Long.compareUnsigned(highest - counter, SIZE) >= 0) {
            tally.outOfWindow();
            return false;
        }
        if ((seen[word(counter)] & bit(counter)) != 0) {
            tally.duplicate();
            return false;
        }
        return true;
    }

    /** Marks the counter of an authentic packet as seen; false when it was seen before or is too old. */
    public boolean accept(long counter, ReplayTally tally) {
        if (!mayAccept(counter, tally)) {
            return false;
        }
        if (Long.compareUnsigned(counter, highest) > 0) {
            advance(counter, tally);
        }
        seen[word(counter)] |= bit(counter);
        return true;
    }

    /** The highest counter seen; 2 before the first packet. */
    public long highest() {
        return highest;
    }

    private void advance(long counter, ReplayTally tally) {
        if (Long.compareUnsigned(counter - highest, SIZE) >= 0) {
            tally.lost(unseen() + counter - SIZE - highest);
            Arrays.fill(seen, 0);
        } else {
            for (long next = highest; next != counter; ) {
                next++;
                if ((seen[word(next)] & bit(next)) == 0 && Long.compareUnsigned(next, SIZE) >= 0) {
                    tally.lost(1);
                }
                seen[word(next)] &= ~bit(next);
            }
        }
        highest = counter;
    }

    /** Counters within the window that have not come. */
    private long unseen() {
        long within = Long.compareUnsigned(highest, SIZE) < 0 ? highest + 1 : SIZE;
        for (long word : seen) {
            within -= Long.bitCount(word);
        }
        return within;
    }

    private static int word(long counter) {
        return (int) (counter >>> 6) & WORD_MASK;
    }

    private static long bit(long counter) {
        return 1L << counter;
    }
}
