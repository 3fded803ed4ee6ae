package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.linux.NativeMemoryCipher;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A packet sealed or opened where it lies in native memory, as the byte path does it, with the keys of a thousand tunnels
 * taking turns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class CipherBenchmark {
    private static final int PLACES = 64;
    private static final int PLACE = 8192 + 64;
    private static final int HEADER = 16;

    /** Who does it. */
    public enum By {
        /** Through a copy on the heap, which is where the JDK is fastest. */
        JDK,
        LIBCRYPTO,
        LIBIPSEC_MB
    }

    @Param
    public By by = By.JDK;

    @Param
    public CipherSuite suite = CipherSuite.AES_GCM;

    @Param({"64", "1300", "8192"})
    public int length;

    @Param("1000")
    public int keys;

    private final MemorySegment slab = Arena.ofAuto().allocate((long) PLACES * PLACE, 4096);
    private final Sealer sealer = new Sealer();
    private TransportCipher[] ciphers = {};
    private long packets;

    /** Prepares the keys. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        TransportCipherFactory factory = factory();
        ciphers = new TransportCipher[keys];
        for (int i = 0; i < keys; i++) {
            byte[] key = new byte[TransportCipher.KEY_LENGTH];
            random.nextBytes(key);
            ciphers[i] = factory.create(suite, key);
        }
    }

    /** Fails where the library is not there, or not for this processor: JMH leaves that line out. */
    private TransportCipherFactory factory() {
        return switch (by) {
            case JDK -> TransportCipherFactory.JCE;
            case LIBCRYPTO -> NativeMemoryCipher.libcrypto().orElseThrow();
            case LIBIPSEC_MB ->
                switch (suite) {
                    case AES_GCM -> {
                        FastCiphers chosen = FastCiphers.choose();
                        if (chosen.aes().equals("JDK")) {
                            throw new IllegalStateException(chosen.reason());
                        }
                        yield chosen.factory();
                    }
                    case CHACHA_POLY -> NativeMemoryCipher.ipsecMbChaCha().orElseThrow();
                };
        };
    }

    /** Seals the next packet by the next tunnel's key. */
    @Benchmark
    public void seal() {
        long number = packets++;
        sealer.seal(ciphers[(int) (number % keys)], number, slab, place(number), HEADER, length);
    }

    /** Seals one and opens it again. */
    @Benchmark
    public boolean sealAndOpen() {
        long number = packets++;
        TransportCipher cipher = ciphers[(int) (number % keys)];
        int at = place(number);
        sealer.seal(cipher, number, slab, at, HEADER, length);
        return sealer.open(cipher, number, slab, at, HEADER, length + TransportCipher.TAG_LENGTH);
    }

    private static int place(long number) {
        return (int) (number % PLACES) * PLACE;
    }
}
