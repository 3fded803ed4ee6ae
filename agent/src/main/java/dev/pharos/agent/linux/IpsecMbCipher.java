package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * AES-256-GCM by {@link IpsecMb}; the nonce is 4 zero bytes and the counter, big endian. What lies in an array, as the mesh's
 * own few messages do, is copied for it.
 */
final class IpsecMbCipher implements OffHeapCipher {
    private static final ValueLayout.OfLong BIG_ENDIAN = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** For {@code struct gcm_context_data}, 88 bytes in every version. */
    private static final int CONTEXT_BYTES = 96;

    private static final int CONTEXT = IpsecMb.keyBytes();
    private static final int NONCE = CONTEXT + CONTEXT_BYTES;
    private static final int TAG = NONCE + 16;
    private static final int BYTES = TAG + TAG_LENGTH;

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, IpsecMb.ALIGNMENT);

    IpsecMbCipher(byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a transport key has 32 bytes, not " + key.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(KEY_LENGTH, IpsecMb.ALIGNMENT);
            copy.copyFrom(MemorySegment.ofArray(key));
            IpsecMb.prepareKey(copy.address(), memory.address());
            copy.fill((byte) 0);
        }
    }

    @Override
    public void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
        try (Arena arena = Arena.ofConfined()) {
            int sealedLength = textLength + TAG_LENGTH;
            MemorySegment copy = arena.allocate((long) aadLength + sealedLength);
            MemorySegment.copy(buffer, aadOffset, copy, JAVA_BYTE, 0, aadLength);
            MemorySegment.copy(buffer, textOffset, copy, JAVA_BYTE, aadLength, textLength);
            seal(counter, copy, aadLength, copy, 0, aadLength, aadLength, textLength);
            MemorySegment.copy(copy, JAVA_BYTE, aadLength, buffer, textOffset, sealedLength);
        }
    }

    @Override
    public boolean open(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate((long) aadLength + sealedLength);
            MemorySegment.copy(buffer, aadOffset, copy, JAVA_BYTE, 0, aadLength);
            MemorySegment.copy(buffer, textOffset, copy, JAVA_BYTE, aadLength, sealedLength);
            boolean authentic = open(counter, copy, 0, aadLength, aadLength, sealedLength);
            if (authentic) {
                MemorySegment.copy(copy, JAVA_BYTE, aadLength, buffer, textOffset, sealedLength - TAG_LENGTH);
            }
            return authentic;
        }
    }

    @Override
    public void seal(
            long counter,
            MemorySegment plain,
            long plainAt,
            MemorySegment slab,
            long aad,
            int aadLength,
            long text,
            int textLength) {
        Objects.checkFromIndexSize(plainAt, textLength, plain.byteSize());
        Objects.checkFromIndexSize(aad, aadLength, slab.byteSize());
        Objects.checkFromIndexSize(text, (long) textLength + TAG_LENGTH, slab.byteSize());
        memory.set(BIG_ENDIAN, NONCE + 4, counter);
        long own = memory.address();
        long at = slab.address() + text;
        IpsecMb.seal(
                own,
                own + CONTEXT,
                plain.address() + plainAt,
                at,
                textLength,
                own + NONCE,
                slab.address() + aad,
                aadLength,
                at + textLength);
    }

    @Override
    public boolean open(long counter, MemorySegment slab, long aad, int aadLength, long text, int sealedLength) {
        Objects.checkFromIndexSize(aad, aadLength, slab.byteSize());
        Objects.checkFromIndexSize(text, sealedLength, slab.byteSize());
        if (sealedLength < TAG_LENGTH) {
            return false;
        }
        memory.set(BIG_ENDIAN, NONCE + 4, counter);
        long own = memory.address();
        int textLength = sealedLength - TAG_LENGTH;
        IpsecMb.open(
                own,
                own + CONTEXT,
                slab.address() + text,
                textLength,
                own + NONCE,
                slab.address() + aad,
                aadLength,
                own + TAG);
        return isTag(slab, text + textLength);
    }

    private boolean isTag(MemorySegment bytes, long at) {
        return ((memory.get(JAVA_LONG, TAG) ^ bytes.get(JAVA_LONG_UNALIGNED, at))
                        | (memory.get(JAVA_LONG, TAG + 8) ^ bytes.get(JAVA_LONG_UNALIGNED, at + 8)))
                == 0;
    }

    @Override
    public String toString() {
        return "AES_GCM by libipsec-mb";
    }
}
