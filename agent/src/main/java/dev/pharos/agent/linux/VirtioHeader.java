package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct virtio_net_hdr} (linux/virtio_net.h): the 10 bytes, in the machine's byte order, before every packet of a
 * TUN device in both directions. They say what is left to do with the packet: finish its checksum, cut it into segments.
 */
public final class VirtioHeader {
    public static final int SIZE = 10;

    /** The checksum field holds the folded pseudo-header sum; the sum from {@code csumStart} on is still to be added. */
    public static final int NEEDS_CHECKSUM = 1;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCP4 = 1;
    public static final int GSO_TCP6 = 4;
    /** UDP of either family, cut into datagrams of {@code gsoSize}. */
    public static final int GSO_UDP = 5;

    /** May be set beside a TCP type: the first segment carries CWR. */
    public static final int GSO_ECN = 0x80;

    static final int FLAGS = 0;
    static final int GSO_TYPE = 1;
    static final int HEADER_LENGTH = 2;
    static final int GSO_SIZE = 4;
    static final int CHECKSUM_START = 6;
    static final int CHECKSUM_OFFSET = 8;

    private VirtioHeader() {}

    public static boolean needsChecksum(MemorySegment memory, long at) {
        return (memory.get(JAVA_BYTE, at + FLAGS) & NEEDS_CHECKSUM) != 0;
    }

    /** One of the GSO constants, with {@link #GSO_ECN} taken out. */
    public static int gsoType(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at + GSO_TYPE) & 0xff & ~GSO_ECN;
    }

    /** Payload bytes of each segment but the last. */
    public static int gsoSize(MemorySegment memory, long at) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, at + GSO_SIZE));
    }

    /** Bytes from the start of the packet to the first byte the checksum covers, the start of the TCP or UDP header. */
    public static int checksumStart(MemorySegment memory, long at) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START));
    }

    /** Bytes from there to the checksum field. */
    public static int checksumOffset(MemorySegment memory, long at) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET));
    }

    /** A whole packet with nothing left to do. */
    public static void writePlain(MemorySegment memory, long at) {
        memory.set(JAVA_LONG_UNALIGNED, at, 0);
        memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET, (short) 0);
    }

    /** A packet made of several segments, its checksum field holding the folded pseudo-header sum. */
    public static void writeSegmented(
            MemorySegment memory,
            long at,
            int gsoType,
            int headerLength,
            int gsoSize,
            int checksumStart,
            int checksumOffset) {
        memory.set(JAVA_BYTE, at + FLAGS, (byte) NEEDS_CHECKSUM);
        memory.set(JAVA_BYTE, at + GSO_TYPE, (byte) gsoType);
        memory.set(JAVA_SHORT_UNALIGNED, at + HEADER_LENGTH, (short) headerLength);
        memory.set(JAVA_SHORT_UNALIGNED, at + GSO_SIZE, (short) gsoSize);
        memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START, (short) checksumStart);
        memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET, (short) checksumOffset);
    }
}
