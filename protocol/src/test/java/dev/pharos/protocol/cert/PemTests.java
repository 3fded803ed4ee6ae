package dev.pharos.protocol.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTests {
    private static final String V1 = "-----BEGIN NEBULA CERTIFICATE-----";

    @Test
    void bundlesMixVersionsCommentsAndLineEnds() throws Exception {
        String pem = "# the old authority\r\n"
                + CertificatePem.format(List.of(CertificateVectors.v1Ca())).replace("\n", "\r\n")
                + "\n\n  # and the new one\n"
                + CertificatePem.format(List.of(CertificateVectors.v2Ca()))
                + "# the end";
        assertThat(CertificatePem.parse(pem)).containsExactly(CertificateVectors.v1Ca(), CertificateVectors.v2Ca());
        assertThat(CaPool.parsePem(pem).authorities()).hasSize(2);
    }

    @Test
    void linesAreSixtyFourCharactersLong() throws Exception {
        assertThat(CertificatePem.format(List.of(CertificateVectors.v1Host())).lines())
                .allMatch(line -> line.length() <= 64)
                .startsWith(V1)
                .endsWith("-----END NEBULA CERTIFICATE-----");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                V1,
                V1 + "\nCgA=",
                V1 + "\n!\n-----END NEBULA CERTIFICATE-----",
                V1 + "\nCgA=\n-----END NEBULA CERTIFICATE V2-----",
                V1 + "\n" + V1 + "\n-----END NEBULA CERTIFICATE-----",
                "-----BEGIN -----",
                "-----BEGIN NEBULA X25519 PUBLIC KEY-----\nCgA=\n-----END NEBULA X25519 PUBLIC KEY-----",
            })
    void whatIsNoFileOfCertificatesIsMalformed(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> CertificatePem.parse(text));
    }
}
