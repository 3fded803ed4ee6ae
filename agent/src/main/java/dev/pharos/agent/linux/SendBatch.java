package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Messages on their way out of one {@link UdpPort}, sent by one {@code sendmmsg}. Each is a run of bytes for one endpoint;
 * with a segment size the kernel cuts it into that many bytes a datagram (UDP_SEGMENT, asked for with each send because as a
 * socket option it would also cut the next lone packet). Structs are allocated once; the bytes stay the caller's until sent.
 */
public final class SendBatch {
    private static final int NAME_SLOT = 32;

    private final SocketAddress.Family family;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final int capacity;
    private int size;

    public SendBatch(Arena arena, UdpPort port, int capacity) {
        this.family = port.family();
        this.capacity = capacity;
        headers = arena.allocate((long) capacity * Abi.MMSGHDR_SIZE, Long.BYTES);
        vectors = arena.allocate((long) capacity * Abi.IOVEC_SIZE, Long.BYTES);
        names = arena.allocate((long) capacity * NAME_SLOT, Long.BYTES);
        controls = arena.allocate((long) capacity * Abi.CMSG_SPACE_SMALL, Long.BYTES);
        for (int i = 0; i < capacity; i++) {
            long header = (long) i * Abi.MMSGHDR_SIZE;
            headers.set(JAVA_LONG, header + Abi.MSGHDR_NAME, names.address() + (long) i * NAME_SLOT);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_IOV, vectors.address() + (long) i * Abi.IOVEC_SIZE);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_IOV_COUNT, 1);
            long control = (long) i * Abi.CMSG_SPACE_SMALL;
            controls.set(JAVA_LONG, control, Abi.CMSGHDR_SIZE + Short.BYTES);
            controls.set(JAVA_INT, control + Abi.CMSGHDR_LEVEL, Abi.SOL_UDP);
            controls.set(JAVA_INT, control + Abi.CMSGHDR_TYPE, Abi.UDP_SEGMENT);
        }
    }

    public boolean isFull() {
        return size == capacity;
    }

    public int size() {
        return size;
    }

    /**
     * Adds a message for the endpoint ({@code high}, {@code low}, {@code port}).
     *
     * @param segmentSize bytes of each datagram but the last; 0, or at least {@code length}, for a single one
     */
    public void add(long address, int length, int segmentSize, long high, long low, int port) {
        int i = size++;
        vectors.set(JAVA_LONG, (long) i * Abi.IOVEC_SIZE, address);
        vectors.set(JAVA_LONG, (long) i * Abi.IOVEC_SIZE + Abi.IOVEC_LENGTH, length);
        long header = (long) i * Abi.MMSGHDR_SIZE;
        int nameLength = SocketAddress.write(names, (long) i * NAME_SLOT, family, high, low, port);
        headers.set(JAVA_INT, header + Abi.MSGHDR_NAME_LENGTH, nameLength);
        if (segmentSize == 0 || segmentSize >= length) {
            headers.set(JAVA_LONG, header + Abi.MSGHDR_CONTROL, 0);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_CONTROL_LENGTH, 0);
        } else {
            long control = (long) i * Abi.CMSG_SPACE_SMALL;
            controls.set(JAVA_SHORT, control + Abi.CMSGHDR_SIZE, (short) segmentSize);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_CONTROL, controls.address() + control);
            headers.set(JAVA_LONG, header + Abi.MSGHDR_CONTROL_LENGTH, Abi.CMSG_SPACE_SMALL);
        }
    }

    /** Sends the messages from {@code first} on: how many the kernel took, or the negated error number of the first one. */
    public int send(UdpPort port, int first) {
        return Libc.sendmmsg(port.fd(), headers.address() + (long) first * Abi.MMSGHDR_SIZE, size - first);
    }

    public void clear() {
        size = 0;
    }
}
