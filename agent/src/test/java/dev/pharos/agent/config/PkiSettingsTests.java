package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.mesh.Identity;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.noise.CipherSuite;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PkiSettingsTests {
    private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant AFTER = Instant.parse("2036-01-01T00:00:00Z");

    private final HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
    private final List<Certificate> authorities = new ArrayList<>();
    private final Certificate v1 = sign(CertificateVersion.V1);
    private final Certificate v2 = sign(CertificateVersion.V2);

    @Test
    void bothVersionsMayBeInOneFileAndTheOlderOneCalls() throws Exception {
        Identity identity = read(List.of(v1, v2), key.toPem(), "");

        assertThat(identity.certificates()).containsExactly(v1, v2);
        assertThat(identity.initiating()).isEqualTo(CertificateVersion.V1);
        assertThat(read(List.of(v1, v2), key.toPem(), "  initiating_version: 2\n")
                        .initiating())
                .isEqualTo(CertificateVersion.V2);
        assertThat(read(List.of(v2), key.toPem(), "").initiating()).isEqualTo(CertificateVersion.V2);
    }

    @Test
    void aVersionThatIsNotThereCannotCall() {
        assertThatThrownBy(() -> read(List.of(v2), key.toPem(), "  initiating_version: 1\n"))
                .hasMessage("node.yml: pki.initiating_version: is V1, and pki.cert holds no such certificate");
    }

    @Test
    void oneVersionTwiceIsAMistake() {
        assertThatThrownBy(() -> read(List.of(v1, v1), key.toPem(), ""))
                .hasMessage("node.yml: pki.cert: holds two certificates of version V1");
    }

    /** As Nebula does, which encrypts the keys of authorities alone. */
    @Test
    void anEncryptedKeyIsRefusedInOneLine() {
        String encrypted = """
            -----BEGIN NEBULA ED25519 ENCRYPTED PRIVATE KEY-----
            AAAA
            -----END NEBULA ED25519 ENCRYPTED PRIVATE KEY-----
            """;

        assertThatThrownBy(() -> read(List.of(v1), encrypted, ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("node.yml: pki.key: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aKeyInAHardwareTokenIsRefusedInOneLine() {
        assertThatThrownBy(() -> read(List.of(v1), "pkcs11:id=1", ""))
                .hasMessage("node.yml: pki.key: keys in PKCS#11 tokens are not supported; give a path or the PEM text"
                        + " itself");
    }

    private Identity read(List<Certificate> certificates, String keyText, String more) throws ConfigException {
        String yaml = "pki:\n  ca: |\n" + CertificatePem.format(authorities).indent(4) + "  cert: |\n"
                + CertificatePem.format(certificates).indent(4) + "  key: |\n" + keyText.indent(4) + more;
        Section top = YamlFile.parse(Path.of("node.yml"), yaml);
        return PkiSettings.read(top.section("pki"), CipherSuite.AES_GCM);
    }

    private Certificate sign(CertificateVersion version) {
        CaKey caKey = CaKey.generate(Curve.CURVE25519, new SecureRandom());
        Certificate authority =
                CertificateSigner.selfSign(CaRequest.unconstrained(version, "test", BEFORE, AFTER), caKey);
        authorities.add(authority);
        return CertificateSigner.of(authority, caKey)
                .sign(new CertificateRequest(
                        version,
                        "rpi",
                        List.of(new VpnPrefix(dev.pharos.protocol.VpnAddress.ofV4(0x0a2a0014), 24)),
                        List.of(),
                        List.of(),
                        BEFORE,
                        AFTER,
                        key.publicKey()));
    }
}
