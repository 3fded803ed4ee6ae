package dev.pharos.agent.mesh;

/** Words for spans of time, all in nanoseconds. */
final class Times {
    /** An instant before every other, far enough from the edge that a difference with it does not overflow. */
    static final long NEVER = Long.MIN_VALUE / 2;

    /** An instant after every other: no timer is set. */
    static final long FOREVER = Long.MAX_VALUE;

    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1000 * MILLISECOND;

    private Times() {}

    static long millis(long milliseconds) {
        return milliseconds * MILLISECOND;
    }

    static long seconds(long seconds) {
        return seconds * SECOND;
    }
}
