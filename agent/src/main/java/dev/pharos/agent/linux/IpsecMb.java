package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.pharos.protocol.noise.TransportCipher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * libipsec-mb (Debian: libipsec-mb1), which seals or opens a packet by one call on the array it lies in. Its functions come
 * in one variant for each generation of x86-64 processors; calling one that the processor lacks would end the process, so
 * the variant is chosen by what the kernel says the processor has.
 */
final class IpsecMb {
    private static final String LIBRARY = "libIPSec_MB.so.1";

    private record Variant(String name, Set<String> needs) {}

    private static final List<Variant> VARIANTS = List.of(
            new Variant(
                    "vaes_avx512",
                    Set.of("vaes", "vpclmulqdq", "avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl", "bmi2")),
            new Variant("avx_gen4", Set.of("aes", "pclmulqdq", "avx2", "bmi2")));

    /** (key schedule, context, out, in, length, nonce, additional data, its length, tag, its length) */
    private static final FunctionDescriptor PACKET_CALL = FunctionDescriptor.ofVoid(
            JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);

    private static final FunctionDescriptor KEY_CALL = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG);

    private final MethodHandle encrypt;
    private final MethodHandle decrypt;
    private final MethodHandle prepareKey;

    private IpsecMb(SymbolLookup library, String variant) {
        Linker linker = Linker.nativeLinker();
        // Critical: packets lie in heap arrays, and a call is over in less than a microsecond.
        Linker.Option onHeap = Linker.Option.critical(true);
        encrypt = linker.downcallHandle(library.findOrThrow("aes_gcm_enc_256_" + variant), PACKET_CALL, onHeap);
        decrypt = linker.downcallHandle(library.findOrThrow("aes_gcm_dec_256_" + variant), PACKET_CALL, onHeap);
        prepareKey = linker.downcallHandle(library.findOrThrow("aes_gcm_pre_256_" + variant), KEY_CALL);
    }

    /** Empty where the library is not installed, has no such functions, or has none for this processor. */
    static Optional<IpsecMb> find() {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return Optional.empty();
        }
        Set<String> flags = processorFlags();
        for (Variant variant : VARIANTS) {
            if (flags.containsAll(variant.needs())) {
                try {
                    return Optional.of(
                            new IpsecMb(SymbolLookup.libraryLookup(LIBRARY, Arena.global()), variant.name()));
                } catch (IllegalArgumentException | java.util.NoSuchElementException notThere) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Set<String> processorFlags() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> Arrays.stream(line.split("\\s+")).collect(Collectors.toSet()))
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }

    TransportCipher cipher(byte[] key) {
        return new IpsecMbCipher(this, key);
    }

    void prepareKey(long key, long schedule) {
        try {
            prepareKey.invokeExact(key, schedule);
        } catch (Throwable e) {
            throw new IllegalStateException("a downcall does not throw", e);
        }
    }

    void encrypt(
            long schedule,
            long context,
            MemorySegment text,
            long length,
            long nonce,
            MemorySegment aad,
            long aadLength,
            MemorySegment tag) {
        try {
            encrypt.invokeExact(schedule, context, text, text, length, nonce, aad, aadLength, tag, (long)
                    TransportCipher.TAG_LENGTH);
        } catch (Throwable e) {
            throw new IllegalStateException("a downcall does not throw", e);
        }
    }

    void decrypt(
            long schedule,
            long context,
            MemorySegment text,
            long length,
            long nonce,
            MemorySegment aad,
            long aadLength,
            MemorySegment tag) {
        try {
            decrypt.invokeExact(schedule, context, text, text, length, nonce, aad, aadLength, tag, (long)
                    TransportCipher.TAG_LENGTH);
        } catch (Throwable e) {
            throw new IllegalStateException("a downcall does not throw", e);
        }
    }
}
