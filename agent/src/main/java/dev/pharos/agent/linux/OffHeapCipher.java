package dev.pharos.agent.linux;

import dev.pharos.protocol.noise.TransportCipher;
import java.lang.foreign.MemorySegment;

/**
 * A cipher that also works on native memory, where packets lie on their way between two system calls. As
 * {@link TransportCipher}, with offsets into a slab.
 */
public interface OffHeapCipher extends TransportCipher {
    /**
     * Encrypts {@code textLength} bytes at {@code plainAt}, which may be the place itself, to {@code text}, and writes the
     * tag behind them.
     */
    void seal(
            long counter,
            MemorySegment plain,
            long plainAt,
            MemorySegment slab,
            long aad,
            int aadLength,
            long text,
            int textLength);

    /** Checks and decrypts in place; false when it was forged, damaged or too short. */
    boolean open(long counter, MemorySegment slab, long aad, int aadLength, long text, int sealedLength);
}
