package dev.pharos.lab.run;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for the world to come to a state, and never for longer than it said. */
public final class Await {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private Await() {}

    /**
     * Looks at {@code condition} until it holds.
     *
     * @param what the state waited for, as it reads after "waited in vain for"
     * @throws LabException when {@code limit} has passed and it still does not hold
     */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        if (!holdsWithin(limit, condition)) {
            throw new LabException("waited " + limit.toSeconds() + " s in vain for " + what);
        }
    }

    /** Whether {@code condition} holds at some time before {@code limit} has passed. */
    public static boolean holdsWithin(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new LabException("interrupted while waiting");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return true;
    }
}
