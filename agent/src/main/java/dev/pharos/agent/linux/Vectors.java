package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** An array of {@code struct iovec}: pieces of memory that together are one packet. */
public final class Vectors {
    /** Bytes of each. */
    public static final int SIZE = Abi.IOVEC_SIZE;

    private Vectors() {}

    /** Says where the piece is that is described at {@code at}. */
    public static void set(MemorySegment vectors, long at, long address, int length) {
        vectors.set(JAVA_LONG, at, address);
        vectors.set(JAVA_LONG, at + Abi.IOVEC_LENGTH, length);
    }

    public static long address(MemorySegment vectors, long at) {
        return vectors.get(JAVA_LONG, at);
    }

    public static int length(MemorySegment vectors, long at) {
        return (int) vectors.get(JAVA_LONG, at + Abi.IOVEC_LENGTH);
    }
}
