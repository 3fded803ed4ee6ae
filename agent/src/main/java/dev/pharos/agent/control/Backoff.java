package dev.pharos.agent.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: doubling from a second to a quarter of a minute, each wait drawn from the upper half of its
 * range, so that agents which failed together do not come back together. Not thread-safe.
 */
final class Backoff {
    private static final long FIRST_MILLIS = 1000;
    private static final long MOST_MILLIS = 15_000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long wait = nextMillis / 2 + random.nextLong(nextMillis / 2 + 1);
        nextMillis = Math.min(nextMillis * 2, MOST_MILLIS);
        return Duration.ofMillis(wait);
    }

    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
