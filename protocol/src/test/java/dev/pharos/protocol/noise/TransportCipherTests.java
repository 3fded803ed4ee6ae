package dev.pharos.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportCipherTests {
    private static final int HEADER = 16;

    @ParameterizedTest
    @EnumSource
    void dataIsSealedAsTheKnownAnswer(Vectors vectors) {
        byte[] expected = vectors.bytes("data");
        byte[] packet = Arrays.copyOf(expected, expected.length);
        byte[] plain = {0x45, 'p', 'a', 'y', 'l', 'o', 'a', 'd'};
        System.arraycopy(plain, 0, packet, HEADER, plain.length);
        cipher(vectors).seal(3, packet, 0, HEADER, HEADER, plain.length);
        assertThat(packet).isEqualTo(expected);

        assertThat(cipher(vectors).open(3, packet, 0, HEADER, HEADER, packet.length - HEADER))
                .isTrue();
        assertThat(Arrays.copyOfRange(packet, HEADER, HEADER + plain.length)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void relayedFramesAreAuthenticatedWithEmptyPlaintext(Vectors vectors) {
        byte[] expected = vectors.bytes("relay");
        int tagOffset = expected.length - TransportCipher.TAG_LENGTH;
        byte[] packet = expected.clone();
        Arrays.fill(packet, tagOffset, packet.length, (byte) 0);
        cipher(vectors).seal(4, packet, 0, tagOffset, tagOffset, 0);
        assertThat(packet).isEqualTo(expected);
        assertThat(cipher(vectors).open(4, packet, 0, tagOffset, tagOffset, TransportCipher.TAG_LENGTH))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anyChangedBitIsRefused(Vectors vectors) {
        byte[] genuine = vectors.bytes("data");
        TransportCipher opener = cipher(vectors);
        for (int bit = 0; bit < genuine.length * 8; bit++) {
            byte[] forged = genuine.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(opener.open(3, forged, 0, HEADER, HEADER, forged.length - HEADER))
                    .isFalse();
        }
        assertThat(opener.open(4, genuine.clone(), 0, HEADER, HEADER, genuine.length - HEADER))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aForgedPacketDoesNotSpoilTheGenuineOneWithItsCounter(Vectors vectors) {
        TransportCipher opener = cipher(vectors);
        byte[] genuine = vectors.bytes("data");
        byte[] forged = genuine.clone();
        forged[HEADER] ^= 1;
        assertThat(opener.open(3, forged, 0, HEADER, HEADER, forged.length - HEADER))
                .isFalse();
        assertThat(opener.open(3, genuine, 0, HEADER, HEADER, genuine.length - HEADER))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void tooShortIsRefusedNotAnError(Vectors vectors) {
        TransportCipher opener = cipher(vectors);
        for (int length = 0; length < TransportCipher.TAG_LENGTH; length++) {
            assertThat(opener.open(3, new byte[64], 0, HEADER, HEADER, length)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameCounterTwiceIsRefusedToTheSealer(Vectors vectors) {
        TransportCipher sealer = cipher(vectors);
        sealer.seal(3, new byte[64], 0, HEADER, HEADER, 8);
        assertThatIllegalStateException().isThrownBy(() -> sealer.seal(3, new byte[64], 0, HEADER, HEADER, 8));
    }

    @Test
    void aKeyHas32Bytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransportCipherFactory.JCE.create(CipherSuite.AES_GCM, new byte[16]));
    }

    @Property(tries = 200)
    void whatIsSealedAnywhereInABufferOpensInAnyOrder(
            @ForAll CipherSuite suite, @ForAll byte[] text, @ForAll long counter) {
        byte[] key = new byte[32];
        TransportCipher sealer = TransportCipherFactory.JCE.create(suite, key);
        TransportCipher opener = TransportCipherFactory.JCE.create(suite, key);
        byte[] first = sealed(sealer, counter, text);
        byte[] second = sealed(sealer, counter + 1, text);
        for (long used : new long[] {counter + 1, counter}) {
            byte[] packet = used == counter ? first : second;
            assertThat(opener.open(used, packet, 5, HEADER, 40, text.length + TransportCipher.TAG_LENGTH))
                    .isTrue();
            assertThat(Arrays.copyOfRange(packet, 40, 40 + text.length)).isEqualTo(text);
        }
    }

    private static byte[] sealed(TransportCipher sealer, long counter, byte[] text) {
        byte[] buffer = new byte[40 + text.length + TransportCipher.TAG_LENGTH];
        System.arraycopy(text, 0, buffer, 40, text.length);
        sealer.seal(counter, buffer, 5, HEADER, 40, text.length);
        return buffer;
    }

    private static TransportCipher cipher(Vectors vectors) {
        return TransportCipherFactory.JCE.create(vectors.suite, vectors.bytes("i2r"));
    }
}
