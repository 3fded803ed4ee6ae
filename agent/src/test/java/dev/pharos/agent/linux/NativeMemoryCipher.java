package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * A cipher of a native library that the agent does not use: what its own are measured against. It works on native memory, so
 * packets in arrays are copied there and back.
 */
public abstract class NativeMemoryCipher implements OffHeapCipher {
    /** Both suites by the system's libcrypto; empty where it is not there. */
    public static Optional<TransportCipherFactory> libcrypto() {
        return LibcryptoCipher.isThere() ? Optional.of(LibcryptoCipher::new) : Optional.empty();
    }

    /** ChaCha20-Poly1305 by libipsec-mb, which the agent uses for AES-GCM alone; empty where it is not there. */
    public static Optional<TransportCipherFactory> ipsecMbChaCha() {
        return IpsecMbChaCha.isThere() ? Optional.of(NativeMemoryCipher::chaCha) : Optional.empty();
    }

    private static TransportCipher chaCha(CipherSuite suite, byte[] key) {
        return switch (suite) {
            case CHACHA_POLY -> new IpsecMbChaCha(key);
            case AES_GCM -> throw new IllegalArgumentException("this does ChaCha20-Poly1305 alone");
        };
    }

    static Optional<SymbolLookup> load(String library) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(library, Arena.global()));
        } catch (IllegalArgumentException notThere) {
            return Optional.empty();
        }
    }

    /** Encrypts in place, and writes the tag behind. */
    abstract void seal(long counter, MemorySegment slab, long aad, int aadLength, long text, int textLength);

    @Override
    public final void seal(
            long counter,
            MemorySegment plain,
            long plainAt,
            MemorySegment slab,
            long aad,
            int aadLength,
            long text,
            int textLength) {
        MemorySegment.copy(plain, plainAt, slab, text, textLength);
        seal(counter, slab, aad, aadLength, text, textLength);
    }

    @Override
    public final void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(JAVA_BYTE, buffer);
            seal(counter, copy, aadOffset, aadLength, textOffset, textLength);
            MemorySegment.copy(copy, JAVA_BYTE, 0, buffer, 0, buffer.length);
        }
    }

    @Override
    public final boolean open(
            long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(JAVA_BYTE, buffer);
            boolean authentic = open(counter, copy, aadOffset, aadLength, textOffset, sealedLength);
            MemorySegment.copy(copy, JAVA_BYTE, 0, buffer, 0, buffer.length);
            return authentic;
        }
    }
}
