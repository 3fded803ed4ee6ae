package dev.pharos.agent.mesh;

/** Lets through so many events a second, and a burst of them after a quiet while. */
final class TokenBucket {
    private final long nanosPerToken;
    private final long burst;
    private long emptyAt = Times.NEVER;

    TokenBucket(int perSecond, int burst) {
        this.nanosPerToken = Times.SECOND / perSecond;
        this.burst = burst * nanosPerToken;
    }

    /** Whether one more event may happen now; if so it is counted. */
    boolean take(long now) {
        long start = Math.max(emptyAt, now - burst);
        if (start + nanosPerToken > now) {
            return false;
        }
        emptyAt = start + nanosPerToken;
        return true;
    }
}
