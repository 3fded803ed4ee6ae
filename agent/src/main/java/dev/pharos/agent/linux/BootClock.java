package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * CLOCK_BOOTTIME: monotonic like {@link System#nanoTime()}, and it goes on while the machine sleeps, so a laptop that wakes
 * knows at once that its tunnels are old.
 */
public final class BootClock {
    private static final ThreadLocal<MemorySegment> TIMESPEC =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Abi.TIMESPEC_SIZE, Long.BYTES));

    private BootClock() {}

    /** Nanoseconds since the machine started. */
    public static long nanos() {
        MemorySegment timespec = TIMESPEC.get();
        Libc.clockGettime(Abi.CLOCK_BOOTTIME, timespec.address());
        return timespec.get(JAVA_LONG, 0) * 1_000_000_000 + timespec.get(JAVA_LONG, Abi.TIMESPEC_NANOSECONDS);
    }
}
