package dev.pharos.agent.mesh;

import org.jspecify.annotations.Nullable;

/**
 * Test requests of one tunnel that are under way, so that an answer is matched with its path and its time. There is room for
 * few until more are waited for at once: ten thousand tunnels have as many of these, and most are answered one by one.
 */
final class Probes {
    private static final int FIRST_SLOTS = 4;
    private static final int MOST_SLOTS = 64;

    /** By number modulo their length. */
    private @Nullable PathState[] paths = new PathState[FIRST_SLOTS];

    private long[] sentAt = new long[FIRST_SLOTS];
    private long[] askedBy = new long[FIRST_SLOTS];
    private long next = 1;

    /** Rounds of probes since the tunnel began to look for a better path, and when the next one is due. */
    int round;

    long nextRound = Times.FOREVER;

    /** Since when the tunnel is suspected to be dead, {@link Times#NEVER} while it is not. */
    volatile long suspectSince = Times.NEVER;

    /** The peer says that it does not hear us: that we hear it proves nothing. */
    volatile boolean peerIsDeaf;

    /** Volleys sent since, and when the next one is due. */
    int volleys;

    long nextVolley;

    /** Questions of {@link StockHearing} since the last answer to anything, when the latest was asked, and that answer. */
    int repliesMissing;

    long askedAt = Times.NEVER;
    long repliedAt = Times.NEVER;

    /** When we last told the peer where we are. */
    long announcedAt = Times.NEVER;

    /** How many packets the tunnel had sent when a preferred endpoint was last tried, and lighthouses last asked. */
    long packetsAtTry;

    long packetsAtQuery;

    boolean isSuspect() {
        return suspectSince != Times.NEVER;
    }

    /**
     * Remembers a probe; the number returned goes with it.
     *
     * @param askedBy the number of the ping that asked for it, 0 for none
     */
    long sent(PathState path, long now, long askedBy) {
        if (paths[slot(next)] != null && paths.length < MOST_SLOTS) {
            grow();
        }
        int slot = slot(next);
        paths[slot] = path;
        sentAt[slot] = now;
        this.askedBy[slot] = askedBy;
        path.probed(now);
        return next++;
    }

    private int slot(long number) {
        return (int) (number % paths.length);
    }

    private void grow() {
        @Nullable PathState[] before = paths;
        long[] sentBefore = sentAt;
        long[] askedBefore = askedBy;
        paths = new PathState[2 * before.length];
        sentAt = new long[paths.length];
        askedBy = new long[paths.length];
        for (long number = Math.max(1, next - before.length); number < next; number++) {
            int from = (int) (number % before.length);
            int to = slot(number);
            paths[to] = before[from];
            sentAt[to] = sentBefore[from];
            askedBy[to] = askedBefore[from];
        }
    }

    /** An answer with this number came back: the path it had been sent by, null when it is no longer known. */
    @Nullable
    PathState take(long number) {
        if (number <= 0 || number >= next || number < next - paths.length) {
            return null;
        }
        int slot = slot(number);
        PathState path = paths[slot];
        paths[slot] = null;
        return path;
    }

    /** The peer answered a test request, whichever it was. */
    void replied(long now) {
        repliedAt = now;
        repliesMissing = 0;
    }

    long sentAt(long number) {
        return sentAt[slot(number)];
    }

    long askedBy(long number) {
        return askedBy[slot(number)];
    }

    /** The number of the latest probe that waits on this path, 0 for none; stock peers return no number. */
    long latest(PathState path) {
        for (long number = next - 1; number > 0 && number >= next - paths.length; number--) {
            if (paths[slot(number)] == path) {
                return number;
            }
        }
        return 0;
    }
}
