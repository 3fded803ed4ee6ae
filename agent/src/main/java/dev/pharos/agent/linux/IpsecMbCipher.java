package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.pharos.protocol.noise.TransportCipher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** AES-256-GCM by {@link IpsecMb}; the nonce is 4 zero bytes and the counter, big endian. */
final class IpsecMbCipher implements TransportCipher {
    private static final ValueLayout.OfLong BIG_ENDIAN = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Room for {@code struct gcm_key_data} of any variant, which has at most 15 round keys and 128 hash keys. */
    private static final int SCHEDULE_BYTES = 4096;

    /** The same for {@code struct gcm_context_data}. */
    private static final int CONTEXT_BYTES = 1024;

    private static final int CONTEXT = SCHEDULE_BYTES;
    private static final int NONCE = CONTEXT + CONTEXT_BYTES;
    private static final int TAG = NONCE + 64;
    private static final int BYTES = TAG + 64;

    private final IpsecMb library;
    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 64);
    private final MemorySegment computedTag = memory.asSlice(TAG, TAG_LENGTH);

    IpsecMbCipher(IpsecMb library, byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a transport key has 32 bytes, not " + key.length);
        }
        this.library = library;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(KEY_LENGTH, 64);
            copy.copyFrom(MemorySegment.ofArray(key));
            library.prepareKey(copy.address(), memory.address());
            copy.fill((byte) 0);
        }
    }

    @Override
    public void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
        memory.set(BIG_ENDIAN, NONCE + 4, counter);
        MemorySegment bytes = MemorySegment.ofArray(buffer);
        library.encrypt(
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
        library.decrypt(
                memory.address(),
                memory.address() + CONTEXT,
                bytes.asSlice(textOffset, sealedLength),
                textLength,
                memory.address() + NONCE,
                bytes.asSlice(aadOffset, aadLength),
                aadLength,
                computedTag);
        long tag = (long) textOffset + textLength;
        return ((memory.get(JAVA_LONG, TAG) ^ bytes.get(JAVA_LONG_UNALIGNED, tag))
                        | (memory.get(JAVA_LONG, TAG + 8) ^ bytes.get(JAVA_LONG_UNALIGNED, tag + 8)))
                == 0;
    }

    @Override
    public String toString() {
        return "AES_GCM by libipsec-mb";
    }
}
