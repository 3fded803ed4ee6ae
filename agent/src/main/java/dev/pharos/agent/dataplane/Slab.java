package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Native memory in which packets lie: their fields in network byte order, and headers of packets as arrays. */
final class Slab {
    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Slab() {}

    static int i32(MemorySegment slab, long at) {
        return slab.get(INT, at);
    }

    static long i64(MemorySegment slab, long at) {
        return slab.get(LONG, at);
    }

    static void put16(MemorySegment slab, long at, int value) {
        slab.set(SHORT, at, (short) value);
    }

    /** The type of the packet of ours at {@code at}, of which there are at least two bytes. */
    static PacketType type(MemorySegment slab, long at) {
        return Header.type(slab.get(JAVA_BYTE, at), slab.get(JAVA_BYTE, at + 1));
    }

    static int remoteIndex(MemorySegment slab, long at) {
        return i32(slab, at + 4);
    }

    static long counter(MemorySegment slab, long at) {
        return i64(slab, at + 8);
    }

    static void writeHeader(MemorySegment slab, long at, PacketType type, int remoteIndex, long counter) {
        slab.set(INT, at, Header.firstWord(type));
        slab.set(INT, at + 4, remoteIndex);
        slab.set(LONG, at + 8, counter);
    }

    /**
     * Copies a header out. A header is short and a bulk copy is not made for that: eight bytes at a time take a tenth of
     * its time, the last eight over again where the length is no multiple of that.
     */
    static void read(MemorySegment slab, long at, byte[] out, int length) {
        int whole = length & ~7;
        for (int i = 0; i < whole; i += 8) {
            WORDS.set(out, i, slab.get(JAVA_LONG_UNALIGNED, at + i));
        }
        if (whole != 0) {
            WORDS.set(out, length - 8, slab.get(JAVA_LONG_UNALIGNED, at + length - 8));
            return;
        }
        for (int i = 0; i < length; i++) {
            out[i] = slab.get(JAVA_BYTE, at + i);
        }
    }

    /** Copies a header in. */
    static void write(byte[] header, MemorySegment slab, long at, int length) {
        int whole = length & ~7;
        for (int i = 0; i < whole; i += 8) {
            slab.set(JAVA_LONG_UNALIGNED, at + i, (long) WORDS.get(header, i));
        }
        if (whole != 0) {
            slab.set(JAVA_LONG_UNALIGNED, at + length - 8, (long) WORDS.get(header, length - 8));
            return;
        }
        for (int i = 0; i < length; i++) {
            slab.set(JAVA_BYTE, at + i, header[i]);
        }
    }
}
