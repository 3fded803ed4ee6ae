package dev.pharos.protocol.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that the real nebula-cert made and that Debian's 1.6.1 cannot make: P-256 of version 1 (1.9.3) and 2 (1.11.0),
 * and encrypted CA keys (1.11.0, passphrase "correct horse").
 */
class NebulaFileTests {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "ca-25519-v1, 11e1c5061f222f709387ba7ca14f2c0de835befcdb5afbeabd596c860f883649",
        "rpi-p256-v1, 4a41bcd663fc324e5d57802bac74dc5b1ee01aa56e8d1a165d0f4e45ae725628",
        "rpi-p256-v2, 7780e1eb0277d2139b85373512fea2fe539c3d37dff1b18627e9854d4346bd09",
        "ca-p256-v1, 61d5fab3dea106e53364ec2f69460f675aa6aea0c41190d57ef05175b626a560",
        "ca-p256-v2, 9de9aca17ce5fbb65ba89760084ff85bb0db6e5bc58c6622e42257b8291a6816",
    })
    void certificatesAreWrittenAsTheyWereReadAndHaveNebulasFingerprint(String file, String fingerprint)
            throws Exception {
        String pem = read(file + ".crt");
        List<Certificate> certificates = CertificatePem.parse(pem);
        assertThat(CertificatePem.format(certificates)).isEqualTo(pem);
        assertThat(certificates.getFirst().fingerprint()).hasToString(fingerprint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void p256CertificatesAreTrustedByTheirAuthority(String version) throws Exception {
        CaPool pool = CaPool.parsePem(read("ca-p256-" + version + ".crt"));
        Certificate host = certificate("rpi-p256-" + version + ".crt");
        assertThat(pool.verify(host, NOW, Blocklist.EMPTY)).isInstanceOf(Trusted.class);
        assertThat(Certificate.fromHandshake(
                        host.version(),
                        host.handshakeEncoding(),
                        host.publicKey().toBytes(),
                        Curve.P256))
                .isEqualTo(host);
    }

    @Test
    void everyFieldOfVersionTwoIsRead() throws Exception {
        Certificate host = certificate("rpi-p256-v2.crt");
        assertThat(host.networks())
                .containsExactly(VpnPrefix.parse("10.42.0.20/24"), VpnPrefix.parse("fd00:42::20/64"));
        assertThat(host.unsafeNetworks()).containsExactly(VpnPrefix.parse("192.168.7.0/24"));
        assertThat(host.groups()).containsExactly("servers");
        assertThat(HostKey.parsePem(read("rpi-p256-v2.key")).belongsTo(host)).isTrue();
    }

    @Test
    void aP256CaKeyBelongsToItsCertificate() throws Exception {
        assertThat(CertificateSigner.of(certificate("ca-p256-v1.crt"), CaKey.parsePem(read("ca-p256.key")))
                        .authority()
                        .name())
                .isEqualTo("P256 v1");
    }

    @ParameterizedTest
    @CsvSource({"ca-25519-encrypted.key, ca-25519-v1.crt", "ca-p256-encrypted.key, ca-p256-v2.crt"})
    void encryptedCaKeysOpenWithTheirPassphrase(String keyFile, String certificateFile) throws Exception {
        EncryptedCaKey encrypted = EncryptedCaKey.parsePem(read(keyFile));
        assertThat(encrypted.cost()).isEqualTo(new Argon2Cost(64, 2, 2));
        assertThat(encrypted.toPem()).isEqualTo(read(keyFile));
        CaKey key = encrypted
                .decrypt("correct horse".getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        assertThat(key.publicKey()).isEqualTo(certificate(certificateFile).publicKey());
        assertThat(encrypted.decrypt(new byte[0])).isEmpty();
    }

    private static Certificate certificate(String file) throws Exception {
        return CertificatePem.parse(read(file)).getFirst();
    }

    private static String read(String file) throws IOException {
        try (InputStream in = NebulaFileTests.class.getResourceAsStream("nebula/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
