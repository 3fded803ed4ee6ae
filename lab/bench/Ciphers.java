import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Prints one line of a table: what it costs to seal a packet of 64, 1300 and 8192 bytes, in microseconds of one core, the
 * best of several runs: what else the machine does can only add. Arguments: the line's title, then jdk-aes, jdk-chacha, or a variant of libipsec-mb's AES-GCM
 * such as sse. By lab/bench/ciphers, which starts it with processor features switched off.
 */
public final class Ciphers {
    private static final int[] SIZES = {64, 1300, 8192};
    private static final int HEADER = 16;
    private static final int TAG = 16;
    private static final long WARM_UP = 1_000_000_000L;
    private static final long RUN = 200_000_000L;
    private static final int RUNS = 5;
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private interface Sealer {
        void seal(long counter) throws Throwable;
    }

    private Ciphers() {}

    public static void main(String[] arguments) throws Throwable {
        StringBuilder line = new StringBuilder("| " + arguments[0]);
        for (int size : SIZES) {
            Optional<Sealer> sealer = switch (arguments[1]) {
                case "jdk-aes" -> Optional.of(jdk("AES/GCM/NoPadding", "AES", size));
                case "jdk-chacha" -> Optional.of(jdk("ChaCha20-Poly1305", "ChaCha20", size));
                default -> library(arguments[1], size);
            };
            line.append(" | ").append(sealer.isEmpty() ? "–" : text(measured(sealer.get())));
        }
        System.out.println(line.append(" |"));
    }

    private static String text(double micros) {
        return String.format(Locale.ROOT, micros < 10 ? "%.2f" : "%.1f", micros);
    }

    /** Microseconds for each packet. */
    private static double measured(Sealer sealer) throws Throwable {
        long counter = run(sealer, WARM_UP, 1)[1];
        double[] results = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long[] run = run(sealer, RUN, counter);
            results[i] = run[0] / 1000.0 / (run[1] - counter);
            counter = run[1];
        }
        Arrays.sort(results);
        return results[0];
    }

    /** Nanoseconds of processor time, and the next counter. */
    private static long[] run(Sealer sealer, long nanos, long counter) throws Throwable {
        long begun = CLOCK.getCurrentThreadCpuTime();
        long now = begun;
        while (now - begun < nanos) {
            for (int i = 0; i < 50; i++) {
                sealer.seal(counter++);
            }
            now = CLOCK.getCurrentThreadCpuTime();
        }
        return new long[] {now - begun, counter};
    }

    private static Sealer jdk(String transformation, String algorithm, int size) throws Exception {
        Cipher cipher = Cipher.getInstance(transformation);
        var key = new SecretKeySpec(new byte[32], algorithm);
        byte[] packet = new byte[HEADER + size + TAG];
        byte[] nonce = new byte[12];
        return counter -> {
            for (int i = 0; i < 8; i++) {
                nonce[4 + i] = (byte) (counter >>> 56 - 8 * i);
            }
            AlgorithmParameterSpec parameters =
                    algorithm.equals("AES") ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce);
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
            cipher.updateAAD(packet, 0, HEADER);
            cipher.doFinal(packet, HEADER, size, packet, HEADER);
        };
    }

    /** Empty where the library or that variant is not there. */
    private static Optional<Sealer> library(String variant, int size) throws Throwable {
        Arena arena = Arena.global();
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup("libIPSec_MB.so.1", arena);
        } catch (IllegalArgumentException notThere) {
            return Optional.empty();
        }
        Optional<MemorySegment> prepare = library.find("aes_gcm_pre_256_" + variant);
        Optional<MemorySegment> seal = library.find("aes_gcm_enc_256_" + variant);
        if (prepare.isEmpty() || seal.isEmpty()) {
            return Optional.empty();
        }
        var word = ValueLayout.JAVA_LONG;
        MethodHandle prepareKey = Linker.nativeLinker().downcallHandle(prepare.get(), FunctionDescriptor.ofVoid(word, word));
        MethodHandle sealPacket = Linker.nativeLinker()
                .downcallHandle(
                        seal.get(),
                        FunctionDescriptor.ofVoid(word, word, word, word, word, word, word, word, word, word),
                        Linker.Option.critical(false));
        long schedule = arena.allocate(4096, 64).address();
        long context = arena.allocate(256, 64).address();
        long packet = arena.allocate(HEADER + size + TAG, 64).address();
        MemorySegment nonce = arena.allocate(16, 16);
        prepareKey.invokeExact(arena.allocate(32, 16).address(), schedule);
        var bigEndian = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN);
        return Optional.of(counter -> {
            nonce.set(bigEndian, 4, counter);
            long text = packet + HEADER;
            sealPacket.invokeExact(
                    schedule, context, text, text, (long) size, nonce.address(), packet, (long) HEADER, text + size, (long) TAG);
        });
    }
}
