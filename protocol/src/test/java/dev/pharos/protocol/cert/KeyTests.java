package dev.pharos.protocol.cert;

import static dev.pharos.protocol.cert.CertificateVectors.hex;
import static dev.pharos.protocol.cert.CertificateVectors.unhex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.protobuf.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyTests {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] PASSPHRASE = "correct horse".getBytes(StandardCharsets.UTF_8);
    private static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 2);

    /** The static keys of facts, nebula-protocol 21. */
    @Test
    void publicHalvesAreThoseOfTheVectors() throws Exception {
        assertThat(hex(HostKey.of(Curve.CURVE25519, unhex("01".repeat(32)))
                        .publicKey()
                        .toBytes()))
                .isEqualTo("a4e09292b651c278b9772c569f5fa9bb13d906b46ab68c9df9dc2b4409f8a209");
        assertThat(hex(HostKey.of(Curve.P256, unhex("01".repeat(32)))
                        .publicKey()
                        .toBytes()))
                .isEqualTo("046ff03b949241ce1dadd43519e6960e0a85b41a69a05c328103aa2bce1594ca16"
                        + "3c4f753a55bf01dc53f6c0b0c7eee78b40c6ff7d25a96e2282b989cef71c144a");
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void pemRoundTrips(Curve curve) throws Exception {
        HostKey host = HostKey.generate(curve, RANDOM);
        assertThat(HostKey.parsePem(host.toPem()).secret()).isEqualTo(host.secret());
        assertThat(PublicKey.parsePem(host.publicKey().toPem())).isEqualTo(host.publicKey());
        CaKey ca = CaKey.generate(curve, RANDOM);
        assertThat(CaKey.parsePem(ca.toPem()).publicKey()).isEqualTo(ca.publicKey());
    }

    @Test
    void bannersAreNebulas() {
        assertThat(List.of(
                        firstLine(HostKey.generate(Curve.CURVE25519, RANDOM).toPem()),
                        firstLine(HostKey.generate(Curve.P256, RANDOM).toPem()),
                        firstLine(CaKey.generate(Curve.CURVE25519, RANDOM).toPem()),
                        firstLine(CaKey.generate(Curve.P256, RANDOM).toPem())))
                .containsExactly(
                        "-----BEGIN NEBULA X25519 PRIVATE KEY-----",
                        "-----BEGIN NEBULA P256 PRIVATE KEY-----",
                        "-----BEGIN NEBULA ED25519 PRIVATE KEY-----",
                        "-----BEGIN NEBULA ECDSA P256 PRIVATE KEY-----");
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void anEncryptedCaKeyOpensWithItsPassphraseOnly(Curve curve) throws Exception {
        CaKey key = CaKey.generate(curve, RANDOM);
        String pem = EncryptedCaKey.encrypt(key, PASSPHRASE, CHEAP, RANDOM).toPem();
        assertThat(EncryptedCaKey.isEncrypted(pem)).isTrue();
        EncryptedCaKey read = EncryptedCaKey.parsePem(pem);
        assertThat(read.decrypt(PASSPHRASE).orElseThrow().secret()).isEqualTo(key.secret());
        assertThat(read.decrypt("wrong".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(read.toPem()).isEqualTo(pem);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> CaKey.parsePem(pem))
                .withMessageContaining("passphrase");
    }

    @Test
    void aFileThatAsksForTooMuchMemoryIsRefusedBeforeAnyIsTaken() {
        ProtobufWriter argon2 = new ProtobufWriter()
                .uint32(1, 19)
                .uint32(2, -1)
                .uint32(3, 1)
                .uint32(4, 4)
                .bytes(5, new byte[32]);
        byte[] file = new ProtobufWriter()
                .message(1, new ProtobufWriter().string(1, "AES-256-GCM").message(2, argon2))
                .bytes(2, new byte[92])
                .toBytes();
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> EncryptedCaKey.parsePem(Pem.format(Pem.ED25519_ENCRYPTED, file)))
                .withMessageContaining("memory");
    }

    @Test
    void secretsAreNeitherPrintedNorKept() {
        HostKey host = HostKey.generate(Curve.CURVE25519, RANDOM);
        CaKey ca = CaKey.generate(Curve.CURVE25519, RANDOM);
        assertThat(host).hasToString("private key of a host (CURVE25519)");
        assertThat(ca).hasToString("private key of an authority (CURVE25519)");
        host.wipe();
        ca.wipe();
        assertThat(host.secret()).containsOnly(0);
        assertThat(ca.secret()).containsOnly(0);
    }

    @Test
    void keysOfTheWrongKindAreRefused() {
        String ca = CaKey.generate(Curve.CURVE25519, RANDOM).toPem();
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> HostKey.parsePem(ca))
                .withMessageContaining("NEBULA ED25519 PRIVATE KEY");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> CaKey.of(Curve.CURVE25519, new byte[64]))
                .withMessageContaining("belong together");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> HostKey.of(Curve.P256, new byte[32]));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> HostKey.of(Curve.P256, unhex("ff".repeat(32))));
    }

    private static String firstLine(String pem) {
        return pem.lines().findFirst().orElseThrow();
    }
}
