package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.Pages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Datagrams on their way out, sealed side by side in native memory. A train is a run of datagrams of equal size for one
 * endpoint, the last perhaps shorter: what the kernel takes in one piece and cuts up itself (UDP GSO).
 *
 * <p>{@link #reserve} a place, write and seal a datagram there. Datagrams for one endpoint leave in the order of their
 * reservation. When {@link #reserve} finds no room, everything is sent and it is asked again.
 */
final class Trains {
    static final int CAPACITY = 16;
    static final int NO_ROOM = -1;

    /** The largest UDP payload over IPv4; a train must not be longer (facts, dataplane 1.4). */
    private static final int MAX_BYTES = 65507;

    /** {@code UDP_MAX_SEGMENTS} of kernels before 6.9. */
    private static final int MAX_DATAGRAMS = 64;

    private static final int STRIDE = 1 << 16;

    private final MemorySegment memory;
    private final long[] high = new long[CAPACITY];
    private final long[] low = new long[CAPACITY];
    private final int[] port = new int[CAPACITY];
    private final int[] length = new int[CAPACITY];
    private final int[] segment = new int[CAPACITY];
    private final int[] datagrams = new int[CAPACITY];
    private final boolean[] ended = new boolean[CAPACITY];
    private int size;
    private int bytes;

    Trains(Arena arena) {
        memory = Pages.allocate(arena, (long) CAPACITY * STRIDE);
    }

    /** What offsets are into. */
    MemorySegment memory() {
        return memory;
    }

    /**
     * A place for a datagram of {@code wanted} bytes to the endpoint ({@code toHigh}, {@code toLow}, {@code toPort}): its
     * offset, or {@link #NO_ROOM}.
     */
    int reserve(int wanted, long toHigh, long toLow, int toPort) {
        for (int i = size - 1; i >= 0; i--) {
            if (port[i] == toPort && low[i] == toLow && high[i] == toHigh) {
                if (ended[i]
                        || wanted > segment[i]
                        || length[i] + wanted > MAX_BYTES
                        || datagrams[i] == MAX_DATAGRAMS) {
                    break;
                }
                return append(i, wanted);
            }
        }
        if (size == CAPACITY) {
            return NO_ROOM;
        }
        int i = size++;
        high[i] = toHigh;
        low[i] = toLow;
        port[i] = toPort;
        length[i] = 0;
        segment[i] = wanted;
        datagrams[i] = 0;
        ended[i] = false;
        return append(i, wanted);
    }

    private int append(int i, int wanted) {
        int at = i * STRIDE + length[i];
        length[i] += wanted;
        bytes += wanted;
        datagrams[i]++;
        ended[i] = wanted < segment[i];
        return at;
    }

    int size() {
        return size;
    }

    /** Bytes of all of them. */
    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
        bytes = 0;
    }

    int offset(int i) {
        return i * STRIDE;
    }

    int length(int i) {
        return length[i];
    }

    /** Bytes of every datagram of train i but the last. */
    int segmentSize(int i) {
        return segment[i];
    }

    int datagrams(int i) {
        return datagrams[i];
    }

    long high(int i) {
        return high[i];
    }

    long low(int i) {
        return low[i];
    }

    int port(int i) {
        return port[i];
    }
}
