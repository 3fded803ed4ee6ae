package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.pharos.protocol.noise.CipherSuite;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;

/**
 * By OpenSSL 3, whose contexts keep the key prepared: five calls for a packet, see EVP_EncryptInit(3). Addresses are longs,
 * as a segment for each argument would be garbage. Contexts live as long as the process.
 */
final class LibcryptoCipher extends NativeMemoryCipher {
    private static final Optional<SymbolLookup> LIBRARY = load("libcrypto.so.3");
    private static final int SET_NONCE_LENGTH = 0x9;
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;
    private static final int NONCE_LENGTH = 12;

    /** Of a nonce, behind which lies the length that each call reports. */
    private static final int WRITTEN = 16;

    private static final long NOTHING = 0;
    private static final int SEAL = 1;
    private static final int OPEN = 0;
    private static final int AS_BEFORE = -1;

    private final CipherSuite suite;
    private final ValueLayout.OfLong counterLayout;
    private final MemorySegment scratch = Arena.ofAuto().allocate(32, 64);
    private final long nonce = scratch.address();
    private final long written = nonce + WRITTEN;
    private final long sealing;
    private final long opening;

    /** Only looked at after the library was found. */
    private static final class Functions {
        static final MethodHandle AES_256_GCM = handle("EVP_aes_256_gcm", JAVA_LONG);
        static final MethodHandle CHACHA_POLY = handle("EVP_chacha20_poly1305", JAVA_LONG);
        static final MethodHandle NEW = handle("EVP_CIPHER_CTX_new", JAVA_LONG);
        static final MethodHandle INIT =
                handle("EVP_CipherInit_ex", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
        static final MethodHandle UPDATE =
                handle("EVP_CipherUpdate", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
        static final MethodHandle FINAL = handle("EVP_CipherFinal_ex", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle CONTROL =
                handle("EVP_CIPHER_CTX_ctrl", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);

        private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(
                            LIBRARY.orElseThrow().findOrThrow(name),
                            FunctionDescriptor.of(result, arguments),
                            Linker.Option.critical(false));
        }
    }

    LibcryptoCipher(CipherSuite suite, byte[] key) {
        this.suite = suite;
        this.counterLayout = JAVA_LONG_UNALIGNED.withOrder(
                switch (suite) {
                    case AES_GCM -> ByteOrder.BIG_ENDIAN;
                    case CHACHA_POLY -> ByteOrder.LITTLE_ENDIAN;
                });
        try (Arena arena = Arena.ofConfined()) {
            long bytes = arena.allocateFrom(JAVA_BYTE, key).address();
            this.sealing = context(bytes, SEAL);
            this.opening = context(bytes, OPEN);
        }
    }

    static boolean isThere() {
        return LIBRARY.isPresent();
    }

    private long context(long key, int direction) {
        try {
            long kind = switch (suite) {
                case AES_GCM -> (long) Functions.AES_256_GCM.invokeExact();
                case CHACHA_POLY -> (long) Functions.CHACHA_POLY.invokeExact();
            };
            long context = (long) Functions.NEW.invokeExact();
            succeed((int) Functions.INIT.invokeExact(context, kind, NOTHING, NOTHING, NOTHING, direction));
            succeed((int) Functions.CONTROL.invokeExact(context, SET_NONCE_LENGTH, NONCE_LENGTH, NOTHING));
            succeed((int) Functions.INIT.invokeExact(context, NOTHING, NOTHING, key, NOTHING, AS_BEFORE));
            return context;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    void seal(long counter, MemorySegment slab, long aad, int aadLength, long text, int textLength) {
        Objects.checkFromIndexSize(aad, aadLength, slab.byteSize());
        Objects.checkFromIndexSize(text, (long) textLength + TAG_LENGTH, slab.byteSize());
        long tag = slab.address() + text + textLength;
        try {
            run(sealing, counter, slab.address() + aad, aadLength, slab.address() + text, textLength);
            succeed((int) Functions.FINAL.invokeExact(sealing, tag, written));
            succeed((int) Functions.CONTROL.invokeExact(sealing, GET_TAG, TAG_LENGTH, tag));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean open(long counter, MemorySegment slab, long aad, int aadLength, long text, int sealedLength) {
        Objects.checkFromIndexSize(aad, aadLength, slab.byteSize());
        Objects.checkFromIndexSize(text, sealedLength, slab.byteSize());
        int textLength = sealedLength - TAG_LENGTH;
        if (textLength < 0) {
            return false;
        }
        long tag = slab.address() + text + textLength;
        try {
            run(opening, counter, slab.address() + aad, aadLength, slab.address() + text, textLength);
            succeed((int) Functions.CONTROL.invokeExact(opening, SET_TAG, TAG_LENGTH, tag));
            return (int) Functions.FINAL.invokeExact(opening, tag, written) == 1;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(long context, long counter, long aad, int aadLength, long text, int textLength) throws Throwable {
        scratch.set(counterLayout, 4, counter);
        succeed((int) Functions.INIT.invokeExact(context, NOTHING, NOTHING, NOTHING, nonce, AS_BEFORE));
        succeed((int) Functions.UPDATE.invokeExact(context, NOTHING, written, aad, aadLength));
        succeed((int) Functions.UPDATE.invokeExact(context, text, written, text, textLength));
    }

    private static void succeed(int result) {
        if (result != 1) {
            throw new IllegalStateException("libcrypto refuses");
        }
    }

    @Override
    public String toString() {
        return suite + " by libcrypto";
    }
}
