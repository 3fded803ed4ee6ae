package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Room for the messages of one {@code recvmmsg}, each up to 64 KB. With UDP_GRO a message holds several datagrams of one
 * sender: all of {@link #segmentSize} bytes, the last perhaps shorter.
 */
public final class ReceiveBatch {
    private static final int NAME_SLOT = 32;
    private static final int BUFFER_BYTES = 1 << 16;

    private final SocketAddress.Family family;
    private final int capacity;
    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final MemorySegment buffers;

    /** How many of the first headers say what came, not what there is room for. */
    private int used;

    public ReceiveBatch(Arena arena, UdpPort port, int capacity) {
        this.family = port.family();
        this.capacity = capacity;
        headers = arena.allocate((long) capacity * Abi.MMSGHDR_SIZE, Long.BYTES);
        MemorySegment vectors = arena.allocate((long) capacity * Abi.IOVEC_SIZE, Long.BYTES);
        names = arena.allocate((long) capacity * NAME_SLOT, Long.BYTES);
        controls = arena.allocate((long) capacity * Abi.CMSG_SPACE_SMALL, Long.BYTES);
        buffers = Pages.allocate(arena, (long) capacity * BUFFER_BYTES);
        for (int i = 0; i < capacity; i++) {
            long header = (long) i * Abi.MMSGHDR_SIZE;
            headers.set(JAVA_LONG, header + Abi.MSGHDR_NAME, names.address() + (long) i * NAME_SLOT);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_IOV, vectors.address() + (long) i * Abi.IOVEC_SIZE);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_IOV_COUNT, 1);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_CONTROL, controls.address() + (long) i * Abi.CMSG_SPACE_SMALL);
            vectors.set(JAVA_LONG, (long) i * Abi.IOVEC_SIZE, buffers.address() + (long) i * BUFFER_BYTES);
            vectors.set(JAVA_LONG, (long) i * Abi.IOVEC_SIZE + Abi.IOVEC_LENGTH, BUFFER_BYTES);
        }
        makeRoom(capacity);
    }

    /** Takes what has arrived: how many messages, at least 1, or a negated error number, {@code -EAGAIN} for none. */
    public int receive(UdpPort port) {
        makeRoom(used);
        int result = Libc.recvmmsg(port.fd(), headers.address(), capacity);
        used = Math.clamp(result, 0, capacity);
        return result;
    }

    private void makeRoom(int count) {
        for (int i = 0; i < count; i++) {
            long header = (long) i * Abi.MMSGHDR_SIZE;
            headers.set(JAVA_INT, header + Abi.MSGHDR_NAME_LENGTH, Abi.SOCKADDR_IN6_SIZE);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_CONTROL_LENGTH, Abi.CMSG_SPACE_SMALL);
        }
    }

    public int capacity() {
        return capacity;
    }

    /** Bytes of the i-th message. */
    public int length(int i) {
        return headers.get(JAVA_INT, (long) i * Abi.MMSGHDR_SIZE + Abi.MMSGHDR_LENGTH);
    }

    /** Bytes of each datagram of the i-th message but the last; its length when it is a single one. */
    public int segmentSize(int i) {
        long control = (long) i * Abi.CMSG_SPACE_SMALL;
        boolean present = headers.get(JAVA_LONG, (long) i * Abi.MMSGHDR_SIZE + Abi.MSGHDR_CONTROL_LENGTH) != 0
                && controls.get(JAVA_INT, control + Abi.CMSGHDR_LEVEL) == Abi.SOL_UDP
                && controls.get(JAVA_INT, control + Abi.CMSGHDR_TYPE) == Abi.UDP_GRO;
        return present ? controls.get(JAVA_INT, control + Abi.CMSGHDR_SIZE) : length(i);
    }

    /** The memory all messages lie in; the i-th begins at {@link #offset}. */
    public MemorySegment memory() {
        return buffers;
    }

    public long offset(int i) {
        return (long) i * BUFFER_BYTES;
    }

    /** Upper half of the sender's address, IPv4 held v4-mapped. */
    public long sourceHigh(int i) {
        return SocketAddress.high(names, (long) i * NAME_SLOT, family);
    }

    public long sourceLow(int i) {
        return SocketAddress.low(names, (long) i * NAME_SLOT, family);
    }

    public int sourcePort(int i) {
        return SocketAddress.port(names, (long) i * NAME_SLOT);
    }
}
