package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * ChaCha20-Poly1305 by libipsec-mb: three calls for a packet. The function that begins one is not exported; it stands in the
 * library's own table in front of the exported ones for this processor.
 */
final class IpsecMbChaCha extends NativeMemoryCipher {
    private static final ValueLayout.OfLong LITTLE_ENDIAN = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Optional<Table> TABLE = load("libIPSec_MB.so.1").flatMap(IpsecMbChaCha::table);

    /** {@code struct chacha20_poly1305_context_data} has 188 bytes. */
    private static final int CONTEXT_BYTES = 256;

    private static final int KEY = CONTEXT_BYTES;
    private static final int NONCE = KEY + KEY_LENGTH;
    private static final int TAG = NONCE + 16;

    private final MemorySegment memory = Arena.ofAuto().allocate(TAG + TAG_LENGTH, 64);
    private final long context = memory.address();

    private record Table(MemorySegment begin, MemorySegment seal, MemorySegment open, MemorySegment finish) {}

    /** Only looked at after the library was found. */
    private static final class Functions {
        private static final Table FOUND = TABLE.orElseThrow();
        static final MethodHandle BEGIN = handle(FOUND.begin(), JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle SEAL = handle(FOUND.seal(), JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle OPEN = handle(FOUND.open(), JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle FINISH = handle(FOUND.finish(), JAVA_LONG, JAVA_LONG, JAVA_LONG);

        private static MethodHandle handle(MemorySegment function, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.ofVoid(arguments), Linker.Option.critical(false));
        }
    }

    IpsecMbChaCha(byte[] key) {
        MemorySegment.copy(key, 0, memory, JAVA_BYTE, KEY, KEY_LENGTH);
    }

    static boolean isThere() {
        return TABLE.isPresent();
    }

    private static Optional<Table> table(SymbolLookup library) {
        Set<Long> sealing = Stream.of("sse", "avx", "avx2", "avx512", "fma_avx512")
                .flatMap(variant -> library.find("update_enc_chacha20_poly1305_" + variant).stream())
                .map(MemorySegment::address)
                .collect(Collectors.toSet());
        MemorySegment manager = manager(library);
        for (long at = JAVA_LONG.byteSize(); at < manager.byteSize() - 24; at += JAVA_LONG.byteSize()) {
            if (sealing.contains(manager.get(JAVA_LONG, at))) {
                return Optional.of(new Table(
                        function(manager, at - 8),
                        function(manager, at),
                        function(manager, at + 8),
                        function(manager, at + 16)));
            }
        }
        return Optional.empty();
    }

    private static MemorySegment function(MemorySegment table, long at) {
        return MemorySegment.ofAddress(table.get(JAVA_LONG, at));
    }

    /** The library's table, filled for this processor. */
    private static MemorySegment manager(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        try {
            long bytes = (long)
                    linker.downcallHandle(library.findOrThrow("imb_get_mb_mgr_size"), FunctionDescriptor.of(JAVA_LONG))
                            .invokeExact();
            long manager = (long) linker.downcallHandle(
                            library.findOrThrow("alloc_mb_mgr"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG))
                    .invokeExact(0L);
            linker.downcallHandle(
                            library.findOrThrow("init_mb_mgr_auto"), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG))
                    .invokeExact(manager, 0L);
            return MemorySegment.ofAddress(manager).reinterpret(bytes);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    void seal(long counter, MemorySegment slab, long aad, int aadLength, long text, int textLength) {
        Objects.checkFromIndexSize(aad, aadLength, slab.byteSize());
        Objects.checkFromIndexSize(text, (long) textLength + TAG_LENGTH, slab.byteSize());
        long at = slab.address() + text;
        try {
            begin(counter, slab.address() + aad, aadLength);
            Functions.SEAL.invokeExact(context + KEY, context, at, at, (long) textLength);
            Functions.FINISH.invokeExact(context, at + textLength, (long) TAG_LENGTH);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean open(long counter, MemorySegment slab, long aad, int aadLength, long text, int sealedLength) {
        Objects.checkFromIndexSize(aad, aadLength, slab.byteSize());
        Objects.checkFromIndexSize(text, sealedLength, slab.byteSize());
        long textLength = (long) sealedLength - TAG_LENGTH;
        if (textLength < 0) {
            return false;
        }
        long at = slab.address() + text;
        try {
            begin(counter, slab.address() + aad, aadLength);
            Functions.OPEN.invokeExact(context + KEY, context, at, at, textLength);
            Functions.FINISH.invokeExact(context, context + TAG, (long) TAG_LENGTH);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return ((memory.get(JAVA_LONG, TAG) ^ slab.get(JAVA_LONG_UNALIGNED, text + textLength))
                        | (memory.get(JAVA_LONG, TAG + 8) ^ slab.get(JAVA_LONG_UNALIGNED, text + textLength + 8)))
                == 0;
    }

    private void begin(long counter, long aad, int aadLength) throws Throwable {
        memory.set(LITTLE_ENDIAN, NONCE + 4, counter);
        Functions.BEGIN.invokeExact(context + KEY, context, context + NONCE, aad, (long) aadLength);
    }

    @Override
    public String toString() {
        return "CHACHA_POLY by libipsec-mb";
    }
}
