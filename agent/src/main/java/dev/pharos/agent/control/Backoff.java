package dev.pharos.agent.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: doubling from a first wait to a longest one, each wait drawn from the upper half of its
 * range, so that agents which failed together do not come back together. Not thread-safe.
 */
final class Backoff {
    private final RandomGenerator random;
    private final long firstMillis;
    private final long mostMillis;
    private long nextMillis;

    private Backoff(RandomGenerator random, Duration first, Duration most) {
        this.random = random;
        this.firstMillis = first.toMillis();
        this.mostMillis = most.toMillis();
        this.nextMillis = firstMillis;
    }

    /**
     * Of nodes that are not there. A connection that was closed while it lay idle costs nothing that anybody notices, and a
     * node that is there again hears of every agent within five seconds: until then, nobody can tell these what has changed.
     */
    static Backoff ofNodesAway(RandomGenerator random) {
        return new Backoff(random, Duration.ofMillis(100), Duration.ofSeconds(5));
    }

    /** Of nodes that answer what nothing follows from: the same again, most likely, and each time at their expense. */
    static Backoff ofAnswersInVain(RandomGenerator random) {
        return new Backoff(random, Duration.ofSeconds(1), Duration.ofSeconds(15));
    }

    Duration next() {
        long wait = nextMillis / 2 + random.nextLong(nextMillis / 2 + 1);
        nextMillis = Math.min(nextMillis * 2, mostMillis);
        return Duration.ofMillis(wait);
    }

    void reset() {
        nextMillis = firstMillis;
    }
}
