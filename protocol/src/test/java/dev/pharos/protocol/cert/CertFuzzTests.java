package dev.pharos.protocol.cert;

import static dev.pharos.protocol.cert.CertificateVectors.unhex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever the bytes, a parser answers or throws {@link MalformedException}: any other failure fails these. */
class CertFuzzTests {
    private static final List<byte[]> SEEDS = List.of(
            unhex(CertificateVectors.V1_HOST),
            unhex(CertificateVectors.V1_CA),
            unhex(CertificateVectors.V1_HANDSHAKE),
            unhex(CertificateVectors.V2_HOST),
            unhex(CertificateVectors.V2_CA),
            unhex(CertificateVectors.V2_HANDSHAKE));
    private static final byte[] KEY = new byte[32];

    @Property(tries = 2000)
    void bytesAreACertificateOrMalformed(@ForAll byte[] bytes) {
        parseEverywhere(bytes);
    }

    @Property(tries = 5000)
    void mutatedCertificatesAreCertificatesOrMalformed(
            @ForAll @IntRange(max = 5) int seed,
            @ForAll @IntRange(max = 400) int position,
            @ForAll byte value,
            @ForAll @IntRange(max = 3) int kind) {
        parseEverywhere(mutated(SEEDS.get(seed), position, value, kind));
    }

    /** Wherever one byte of a certificate is changed, it is read as what it says or not at all. */
    private static void parseEverywhere(byte[] bytes) {
        for (CertificateVersion version : CertificateVersion.values()) {
            try {
                Certificate certificate = Certificate.parse(version, bytes);
                assertThat(certificate.encode()).isEqualTo(bytes);
                assertThat(certificate.alternateFingerprint().isEmpty() || certificate.curve() == Curve.P256)
                        .isTrue();
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
            try {
                Certificate certificate = Certificate.fromHandshake(version, bytes, KEY, Curve.CURVE25519);
                assertThat(certificate.handshakeEncoding()).isEqualTo(bytes);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    static byte[] mutated(byte[] seed, int position, byte value, int kind) {
        int at = position % seed.length;
        byte[] bytes = seed.clone();
        switch (kind) {
            case 0 -> bytes[at] = value;
            case 1 -> bytes[at] ^= (byte) (1 << (value & 7));
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            default -> System.arraycopy(bytes, 0, bytes, at, bytes.length - at);
        }
        return bytes;
    }

    @Property(tries = 1000)
    void textIsPemOrMalformed(@ForAll("pemLike") String text) {
        for (Parser parser : PARSERS) {
            try {
                parser.parse(text);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    private interface Parser {
        void parse(String text) throws MalformedException;
    }

    private static final List<Parser> PARSERS = List.of(
            CertificatePem::parse,
            CaPool::parsePem,
            HostKey::parsePem,
            CaKey::parsePem,
            EncryptedCaKey::parsePem,
            PublicKey::parsePem);

    @Provide
    Arbitrary<String> pemLike() {
        Arbitrary<String> label = Arbitraries.of(
                Pem.X25519_PRIVATE,
                Pem.P256_PRIVATE,
                Pem.P256_PUBLIC,
                Pem.ED25519_PRIVATE,
                Pem.ED25519_ENCRYPTED,
                Pem.ECDSA_ENCRYPTED,
                "NEBULA CERTIFICATE",
                "NEBULA CERTIFICATE V2",
                "");
        Arbitrary<byte[]> body = Arbitraries.bytes().array(byte[].class).ofMaxSize(80);
        Arbitrary<String> block = Combinators.combine(label, body).as(Pem::format);
        Arbitrary<String> noise =
                Arbitraries.strings().withChars("-BEGIN END\n=:AZaz09+/").ofMaxLength(40);
        return Combinators.combine(noise, block, noise).as((before, pem, after) -> before + pem + after);
    }
}
