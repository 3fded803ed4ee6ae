package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.OffHeapCipher;
import dev.pharos.protocol.noise.TransportCipher;
import java.lang.foreign.MemorySegment;

/**
 * Seals packets to where they will lie, and opens them where they lie. A cipher that works on arrays alone, such as the
 * JDK's, gets a copy of the one packet, which stays in the processor's nearest cache: heap arrays are where the JDK is
 * fastest.
 */
final class Sealer {
    private final byte[] array = new byte[1 << 16];

    /** Seals {@code length} bytes behind {@code authenticated} ones, which begin at {@code at}. */
    void seal(TransportCipher cipher, long counter, MemorySegment slab, long at, int authenticated, int length) {
        seal(cipher, counter, slab, at + authenticated, slab, at, authenticated, length);
    }

    /** The same of bytes that lie at {@code plainAt}. */
    void seal(
            TransportCipher cipher,
            long counter,
            MemorySegment plain,
            long plainAt,
            MemorySegment slab,
            long at,
            int authenticated,
            int length) {
        if (cipher instanceof OffHeapCipher offHeap) {
            offHeap.seal(counter, plain, plainAt, slab, at, authenticated, at + authenticated, length);
            return;
        }
        MemorySegment.copy(slab, JAVA_BYTE, at, array, 0, authenticated);
        MemorySegment.copy(plain, JAVA_BYTE, plainAt, array, authenticated, length);
        cipher.seal(counter, array, 0, authenticated, authenticated, length);
        MemorySegment.copy(
                array, authenticated, slab, JAVA_BYTE, at + authenticated, length + TransportCipher.TAG_LENGTH);
    }

    /** Opens {@code length} bytes, tag included, behind {@code authenticated} ones; false when they are not authentic. */
    boolean open(TransportCipher cipher, long counter, MemorySegment slab, long at, int authenticated, int length) {
        if (cipher instanceof OffHeapCipher offHeap) {
            return offHeap.open(counter, slab, at, authenticated, at + authenticated, length);
        }
        MemorySegment.copy(slab, JAVA_BYTE, at, array, 0, authenticated + length);
        if (!cipher.open(counter, array, 0, authenticated, authenticated, length)) {
            return false;
        }
        MemorySegment.copy(
                array, authenticated, slab, JAVA_BYTE, at + authenticated, length - TransportCipher.TAG_LENGTH);
        return true;
    }
}
