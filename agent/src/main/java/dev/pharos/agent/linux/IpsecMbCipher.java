package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/** AES-256-GCM by {@link IpsecMb}; the nonce is 4 zero bytes and the counter, big endian. */
final class IpsecMbCipher implements OffHeapCipher {
    private static final ValueLayout.OfLong BIG_ENDIAN = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * Room for {@code struct gcm_key_data} of any variant, which has at most 15 round keys and 128 hash keys. Ten thousand
     * tunnels have twenty thousand of these, so there is no more than that.
     */
    static final int SCHEDULE_BYTES = (15 + 128) * 16 + 16;

    /** For {@code struct gcm_context_data}, of which 88 bytes are written. */
    private static final int CONTEXT_BYTES = 256;

    private static final int CONTEXT = SCHEDULE_BYTES;
    private static final int NONCE = CONTEXT + CONTEXT_BYTES;
    private static final int TAG = NONCE + 64;
    private static final int BYTES = TAG + 64;

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 64);
    private final MemorySegment computedTag = memory.asSlice(TAG, TAG_LENGTH);

    IpsecMbCipher(byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a transport key has 32 bytes, not " + key.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(KEY_LENGTH, 64);
            copy.copyFrom(MemorySegment.ofArray(key));
            IpsecMb.prepareKey(copy.address(), memory.address());
            copy.fill((byte) 0);
        }
    }

    @Override
    public void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
        memory.set(BIG_ENDIAN, NONCE + 4, counter);
        MemorySegment bytes = MemorySegment.ofArray(buffer);
        IpsecMb.seal(
                memory.address(),
                memory.address() + CONTEXT,
                bytes.asSlice(textOffset, textLength + TAG_LENGTH),
                textLength,
                memory.address() + NONCE,
                bytes.asSlice(aadOffset, aadLength),
                aadLength,
                bytes.asSlice(textOffset + textLength, TAG_LENGTH));
    }

    @Override
    public boolean open(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength) {
        if (sealedLength < TAG_LENGTH) {
            return false;
        }
        memory.set(BIG_ENDIAN, NONCE + 4, counter);
        MemorySegment bytes = MemorySegment.ofArray(buffer);
        int textLength = sealedLength - TAG_LENGTH;
        IpsecMb.open(
                memory.address(),
                memory.address() + CONTEXT,
                bytes.asSlice(textOffset, sealedLength),
                textLength,
                memory.address() + NONCE,
                bytes.asSlice(aadOffset, aadLength),
                aadLength,
                computedTag);
        return isTag(bytes, (long) textOffset + textLength);
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
