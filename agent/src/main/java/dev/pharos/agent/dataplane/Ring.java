package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.Objects.requireNonNull;

import dev.pharos.agent.linux.Pages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop hands to another: bounded, one writer and one reader, no lock and no allocation. Bytes lie in native
 * memory, each entry's in one piece, and stay there until the reader lets go of them.
 *
 * <p>Writer: {@link #reserve}, write, {@link #commit}. Reader: {@link #waiting} entries, numbered from 0, then
 * {@link #release}.
 */
final class Ring {
    static final int NO_ROOM = -1;

    private static final int ENTRIES = 1 << 11;

    /** Some dozen of the largest packets; a page costs nothing until it is written to. */
    private static final int BYTES = 1 << 21;

    private static final int ALIGNMENT = 64;

    private final MemorySegment memory;
    private final Errand[] errands = new Errand[ENTRIES];
    private final @Nullable Object[] subjects = new Object[ENTRIES];
    private final @Nullable Object[] circumstances = new Object[ENTRIES];
    private final int[] numbers = new int[ENTRIES];
    private final int[] offsets = new int[ENTRIES];
    private final int[] lengths = new int[ENTRIES];

    /** Where each entry's bytes end, counted since the beginning of the ring. */
    private final long[] ends = new long[ENTRIES];

    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong released = new AtomicLong();
    private final AtomicLong releasedBytes = new AtomicLong();

    /** The writer's own. */
    private long reservedBytes;

    private long reservedEnd;
    private int reservedAt;

    Ring(Arena arena) {
        memory = Pages.allocate(arena, BYTES);
    }

    MemorySegment memory() {
        return memory;
    }

    /** Room for so many bytes: their offset, or {@link #NO_ROOM}. What is not committed is reserved again by the next call. */
    int reserve(int length) {
        if (committed.getPlain() - released.getAcquire() == ENTRIES) {
            return NO_ROOM;
        }
        long start = reservedBytes;
        int offset = (int) (start & BYTES - 1);
        if (offset + length > BYTES) {
            start += BYTES - offset;
            offset = 0;
        }
        if (start + length - releasedBytes.getAcquire() > BYTES) {
            return NO_ROOM;
        }
        reservedEnd = start + length + ALIGNMENT - 1 & -ALIGNMENT;
        reservedAt = offset;
        return offset;
    }

    /** Hands over what was reserved last. */
    void commit(Errand errand, @Nullable Object subject, @Nullable Object circumstance, int number, int length) {
        long entry = committed.getPlain();
        int i = slot(entry);
        errands[i] = errand;
        subjects[i] = subject;
        circumstances[i] = circumstance;
        numbers[i] = number;
        offsets[i] = reservedAt;
        lengths[i] = length;
        ends[i] = reservedEnd;
        reservedBytes = reservedEnd;
        committed.setRelease(entry + 1);
    }

    /** How many entries the reader has before it. */
    int waiting() {
        return (int) (committed.getAcquire() - released.getPlain());
    }

    Errand errand(int n) {
        return errands[slot(released.getPlain() + n)];
    }

    <T> T subject(int n, Class<T> type) {
        return requireNonNull(type.cast(subjects[slot(released.getPlain() + n)]));
    }

    <T> T circumstance(int n, Class<T> type) {
        return requireNonNull(type.cast(circumstances[slot(released.getPlain() + n)]));
    }

    int number(int n) {
        return numbers[slot(released.getPlain() + n)];
    }

    int offset(int n) {
        return offsets[slot(released.getPlain() + n)];
    }

    int length(int n) {
        return lengths[slot(released.getPlain() + n)];
    }

    /** A copy of the entry's bytes. */
    byte[] bytes(int n) {
        return memory.asSlice(offset(n), length(n)).toArray(JAVA_BYTE);
    }

    /** Lets go of the first so many entries and their bytes. */
    void release(int count) {
        long first = released.getPlain();
        for (int n = 0; n < count; n++) {
            subjects[slot(first + n)] = null;
            circumstances[slot(first + n)] = null;
        }
        if (count > 0) {
            releasedBytes.setRelease(ends[slot(first + count - 1)]);
            released.setRelease(first + count);
        }
    }

    private static int slot(long entry) {
        return (int) (entry & ENTRIES - 1);
    }
}
