package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.pharos.protocol.noise.TransportCipher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * libipsec-mb (Debian: libipsec-mb1), which seals or opens a packet by one call on the memory it lies in. Its functions
 * come in one variant for each generation of x86-64 processors; calling one that the processor lacks would end the process,
 * so the variant is chosen by what the kernel says the processor has.
 */
final class IpsecMb {
    private static final String LIBRARY = "libIPSec_MB.so.1";

    /** What the library wants its structures to begin at a multiple of. */
    static final int ALIGNMENT = 64;

    /** Several times what any version's prepared key takes. */
    private static final int AMPLE_BYTES = 1 << 13;

    private record Variant(String name, Set<String> needs) {}

    private static final List<Variant> VARIANTS = List.of(
            new Variant(
                    "vaes_avx512",
                    Set.of("vaes", "vpclmulqdq", "avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl", "bmi2")),
            new Variant("avx_gen4", Set.of("aes", "pclmulqdq", "avx2", "bmi2")));

    /** What {@link #find} has found. */
    sealed interface Search {
        /** The functions of one variant can be called. */
        record Found(String variant, SymbolLookup library) implements Search {}

        /** They cannot, and why. */
        record Missing(String reason) implements Search {}
    }

    private static final Search SEARCH = search();

    private IpsecMb() {}

    static Search find() {
        return SEARCH;
    }

    private static Search search() {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return new Search.Missing("libipsec-mb is for x86-64");
        }
        Set<String> flags = processorFlags();
        for (Variant variant : VARIANTS) {
            if (flags.containsAll(variant.needs())) {
                return load(variant.name());
            }
        }
        return new Search.Missing("libipsec-mb has nothing for this processor");
    }

    private static Search load(String variant) {
        try {
            SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            for (String function : List.of("pre", "enc", "dec")) {
                if (library.find("aes_gcm_" + function + "_256_" + variant).isEmpty()) {
                    return new Search.Missing(LIBRARY + " lacks its functions of variant " + variant);
                }
            }
            return new Search.Found(variant, library);
        } catch (IllegalArgumentException notThere) {
            return new Search.Missing(LIBRARY + " is not installed");
        }
    }

    private static Set<String> processorFlags() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> Arrays.stream(line.split("\\s+", -1)).collect(Collectors.toSet()))
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }

    /**
     * The functions, as constants: then the compiler puts the call itself where it is made. Only ever looked at after they
     * were found. They take: key schedule, context, out, in, length, nonce, additional data, its length, tag, its length.
     * The one that prepares a key takes two, and is called as if it took as many: every shape takes its time to link.
     */
    private static final class Functions {
        private static final FunctionDescriptor SHAPE =
                FunctionDescriptor.ofVoid(Collections.nCopies(10, JAVA_LONG).toArray(MemoryLayout[]::new));

        static final MethodHandle PREPARE = handle("pre");
        static final MethodHandle SEAL = handle("enc");
        static final MethodHandle OPEN = handle("dec");

        /** Critical: a call is over in less than a microsecond, and never calls back. */
        private static MethodHandle handle(String function) {
            if (!(SEARCH instanceof Search.Found found)) {
                throw new IllegalStateException("asked for what was not found: " + SEARCH);
            }
            return Linker.nativeLinker()
                    .downcallHandle(
                            found.library().findOrThrow("aes_gcm_" + function + "_256_" + found.variant()),
                            SHAPE,
                            Linker.Option.critical(false));
        }
    }

    /** What a prepared key takes, in its own class because that is only known of a library that was found. */
    private static final class KeyRoom {
        static final int BYTES = measure();

        /**
         * The end of {@code struct gcm_key_data}, with its alignment: the last byte that is written over either of two
         * fillings. It differs by version and variant, from 384 to 1280 bytes in all that were published, and the library
         * does not tell.
         */
        private static int measure() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment key = arena.allocate(TransportCipher.KEY_LENGTH, ALIGNMENT);
                int end = 0;
                for (byte filling : new byte[] {0x5a, (byte) 0xa5}) {
                    MemorySegment room = arena.allocate(AMPLE_BYTES, ALIGNMENT).fill(filling);
                    prepareKey(key.address(), room.address());
                    for (int i = end; i < AMPLE_BYTES; i++) {
                        end = room.get(JAVA_BYTE, i) == filling ? end : i + 1;
                    }
                }
                return (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            }
        }
    }

    /** Bytes of a prepared key, of this variant of this version. Ten thousand tunnels have twenty thousand of these. */
    static int keyBytes() {
        return KeyRoom.BYTES;
    }

    static void prepareKey(long key, long schedule) {
        try {
            Functions.PREPARE.invokeExact(key, schedule, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Addresses of native memory. */
    static void seal(
            long schedule,
            long context,
            long plain,
            long text,
            long length,
            long nonce,
            long aad,
            long aadLength,
            long tag) {
        try {
            Functions.SEAL.invokeExact(schedule, context, text, plain, length, nonce, aad, aadLength, tag, (long)
                    TransportCipher.TAG_LENGTH);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Computes the tag that there should have been. */
    static void open(
            long schedule, long context, long text, long length, long nonce, long aad, long aadLength, long tag) {
        try {
            Functions.OPEN.invokeExact(schedule, context, text, text, length, nonce, aad, aadLength, tag, (long)
                    TransportCipher.TAG_LENGTH);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable cause) {
        return new IllegalStateException("a downcall does not throw", cause);
    }
}
