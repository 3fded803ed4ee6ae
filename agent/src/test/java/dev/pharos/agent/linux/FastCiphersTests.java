package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is chosen on this machine, where libipsec-mb is installed that; and what it is measured against. */
class FastCiphersTests {
    private static final TransportCipherFactory CHOSEN = FastCiphers.choose().factory();

    /** Ciphers of one make. */
    record Make(CipherSuite suite, TransportCipherFactory factory) {
        TransportCipher create(byte[] key) {
            return factory.create(suite, key);
        }

        /** What the keys of ten thousand tunnels may take: an agent with all of them has 160 MB. */
        long mostOfTenThousandTunnels() {
            return switch (suite) {
                case AES_GCM -> 30_000_000;
                case CHACHA_POLY -> 44_000_000;
            };
        }

        @Override
        public String toString() {
            return create(new byte[TransportCipher.KEY_LENGTH]).toString();
        }
    }

    private static List<Make> makes() {
        List<Make> makes = new ArrayList<>();
        for (CipherSuite suite : CipherSuite.values()) {
            makes.add(new Make(suite, CHOSEN));
            NativeMemoryCipher.libcrypto().ifPresent(factory -> makes.add(new Make(suite, factory)));
        }
        NativeMemoryCipher.ipsecMbChaCha().ifPresent(factory -> makes.add(new Make(CipherSuite.CHACHA_POLY, factory)));
        return makes;
    }

    private static List<Make> makesOnNativeMemory() {
        return makes().stream()
                .filter(make -> make.create(new byte[TransportCipher.KEY_LENGTH]) instanceof OffHeapCipher)
                .toList();
    }

    private final Random random = new Random(7);
    private final byte[] key = bytes(32);

    @Test
    void theLibraryIsChosenWhereItIsThere() {
        String cipher = CHOSEN.create(CipherSuite.AES_GCM, key).toString();
        FastCiphers chosen = FastCiphers.choose();
        switch (IpsecMb.find()) {
            case IpsecMb.Search.Found found -> {
                assertThat(cipher).isEqualTo("AES_GCM by libipsec-mb");
                assertThat(chosen.aes()).isEqualTo("libipsec-mb " + found.variant());
            }
            case IpsecMb.Search.Missing missing -> {
                assertThat(cipher).isEqualTo("AES_GCM by JCE");
                assertThat(chosen.aes()).isEqualTo("JDK");
                assertThat(chosen.reason()).isEqualTo(missing.reason());
            }
        }
        assertThat(CHOSEN.create(CipherSuite.CHACHA_POLY, key)).hasToString("CHACHA_POLY by JCE");
    }

    @ParameterizedTest
    @MethodSource("makes")
    void allSealAndOpenAsTheJdkDoes(Make make) {
        TransportCipher chosen = make.create(key);
        TransportCipher jdk = TransportCipherFactory.JCE.create(make.suite(), key);
        for (int i = 0; i < 500; i++) {
            int length = random.nextInt(1500);
            int aad = random.nextInt(64);
            int at = random.nextInt(50);
            long counter = random.nextLong();
            byte[] plain = bytes(at + aad + length + 16 + 5);
            byte[] sealed = plain.clone();
            byte[] expected = plain.clone();
            chosen.seal(counter, sealed, at, aad, at + aad, length);
            jdk.seal(counter, expected, at, aad, at + aad, length);
            assertThat(sealed).isEqualTo(expected);
            assertThat(chosen.open(counter, expected, at, aad, at + aad, length + 16))
                    .isTrue();
            assertThat(Arrays.copyOf(expected, at + aad + length)).isEqualTo(Arrays.copyOf(plain, at + aad + length));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("makesOnNativeMemory")
    void nativeMemoryGivesTheSameBytes(Make make) {
        OffHeapCipher chosen = (OffHeapCipher) make.create(key);
        MemorySegment slab = Arena.ofAuto().allocate(4096);
        for (int i = 0; i < 500; i++) {
            int length = random.nextInt(1500);
            int at = random.nextInt(500);
            long counter = random.nextLong();
            byte[] bytes = bytes(16 + length + 16);
            MemorySegment.copy(bytes, 0, slab, JAVA_BYTE, at, bytes.length);
            byte[] plain = bytes.clone();
            chosen.seal(counter, bytes, 0, 16, 16, length);
            chosen.seal(counter, slab, at + 16, slab, at, 16, at + 16, length);
            assertThat(slab.asSlice(at, bytes.length).toArray(JAVA_BYTE)).isEqualTo(bytes);
            MemorySegment elsewhere = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(16 + length))
                    .copyFrom(MemorySegment.ofArray(plain).asSlice(0, 16 + length));
            slab.asSlice(at + 16, length + 16).fill((byte) 0);
            chosen.seal(counter, elsewhere, 16, slab, at, 16, at + 16, length);
            assertThat(slab.asSlice(at, bytes.length).toArray(JAVA_BYTE)).isEqualTo(bytes);
            assertThat(chosen.open(counter + 1, slab, at, 16, at + 16, length + 16))
                    .isFalse();
            MemorySegment.copy(bytes, 0, slab, JAVA_BYTE, at, bytes.length);
            assertThat(chosen.open(counter, slab, at, 16, at + 16, length + 16)).isTrue();
            assertThat(slab.asSlice(at, 16 + length).toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOf(plain, 16 + length));
            assertThat(chosen.open(counter, slab, at, 16, at + 16, 15)).isFalse();
        }
        assertThatThrownBy(() -> chosen.seal(3, slab, 4090, slab, 0, 16, 4090, 6))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> chosen.seal(3, slab.asSlice(0, 20), 16, slab, 0, 16, 16, 6))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @MethodSource("makes")
    void anyChangedByteIsNoticed(Make make) {
        TransportCipher chosen = make.create(key);
        byte[] sealed = bytes(16 + 40 + 16);
        chosen.seal(9, sealed, 0, 16, 16, 40);
        for (int i = 0; i < sealed.length; i++) {
            byte[] forged = sealed.clone();
            forged[i] ^= 4;
            assertThat(chosen.open(9, forged, 0, 16, 16, 56)).as("byte %d", i).isFalse();
        }
        assertThat(chosen.open(10, sealed.clone(), 0, 16, 16, 56)).isFalse();
        assertThat(chosen.open(9, sealed.clone(), 0, 16, 16, 15)).isFalse();
        assertThat(chosen.open(9, sealed, 0, 16, 16, 56)).isTrue();
    }

    @Test
    void aPreparedKeyFitsTheRoomThatItHas() {
        if (!(IpsecMb.find() instanceof IpsecMb.Search.Found)) {
            return;
        }
        MemorySegment key = Arena.ofAuto().allocate(32, 64);
        MemorySegment schedule = Arena.ofAuto().allocate(16_384, 64).fill((byte) 0x5a);

        IpsecMb.prepareKey(key.address(), schedule.address());

        MemorySegment beyond = schedule.asSlice(IpsecMb.keyBytes());
        assertThat(beyond.mismatch(
                        MemorySegment.ofArray(new byte[(int) beyond.byteSize()]).fill((byte) 0x5a)))
                .isEqualTo(-1);
    }

    /** Those that the agent uses. The JDK's get some of their memory with the first packet. */
    @Test
    void theKeysOfTenThousandTunnelsFitTheMemoryThatAnAgentMayHave() {
        int ciphers = 2 * 10_000;
        byte[] packet = new byte[16 + TransportCipher.TAG_LENGTH];
        List<TransportCipher> kept = new ArrayList<>(3 * ciphers);
        for (Make make : List.of(
                new Make(CipherSuite.AES_GCM, CHOSEN),
                new Make(CipherSuite.AES_GCM, TransportCipherFactory.JCE),
                new Make(CipherSuite.CHACHA_POLY, TransportCipherFactory.JCE))) {
            make.create(key).seal(3, packet, 0, 16, 16, 0);
            long heapBefore = heapInUse();
            long nativeBefore = nativeMemory();

            for (int i = 0; i < ciphers; i++) {
                TransportCipher cipher = make.create(key);
                cipher.seal(3, packet, 0, 16, 16, 0);
                kept.add(cipher);
            }

            long heap = heapInUse() - heapBefore;
            long outside = nativeMemory() - nativeBefore;
            System.out.printf(
                    "%s: a tunnel's two keys take %d bytes of heap and %d of native memory%n",
                    make, 2 * heap / ciphers, 2 * outside / ciphers);
            assertThat(heap + outside).as("%s", make).isLessThan(make.mostOfTenThousandTunnels());
        }
        assertThat(kept).hasSize(3 * ciphers);
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** What arenas hold: the JDK counts it with its direct buffers. */
    private static long nativeMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void aRangeOutsideTheArrayIsNotTouched() {
        TransportCipher chosen = CHOSEN.create(CipherSuite.AES_GCM, key);
        assertThatThrownBy(() -> chosen.seal(3, new byte[40], 0, 16, 16, 20)).isInstanceOf(RuntimeException.class);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
