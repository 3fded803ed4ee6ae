package dev.pharos.protocol.cert;

import static dev.pharos.protocol.cert.CertificateVectors.hex;
import static dev.pharos.protocol.cert.CertificateVectors.unhex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateTests {
    private static final byte[] NOISE_KEY = unhex("3ee2ddd60cf846b49d00ed6c86dc03dea7e43725f377af2746b182d2a1c0e67a");

    @ParameterizedTest
    @CsvSource({
        "V1, " + CertificateVectors.V1_HOST,
        "V1, " + CertificateVectors.V1_CA,
        "V2, " + CertificateVectors.V2_HOST,
        "V2, " + CertificateVectors.V2_CA,
    })
    void whatIsParsedIsWrittenByteForByte(CertificateVersion version, String hex) throws Exception {
        assertThat(hex(Certificate.parse(version, unhex(hex)).encode())).isEqualTo(hex);
    }

    @Test
    void handshakeFormLeavesThePublicKeyOut() throws Exception {
        assertThat(hex(CertificateVectors.v1Host().handshakeEncoding())).isEqualTo(CertificateVectors.V1_HANDSHAKE);
        assertThat(hex(CertificateVectors.v2Host().handshakeEncoding())).isEqualTo(CertificateVectors.V2_HANDSHAKE);
    }

    @Test
    void handshakeFormIsMadeWholeByTheNoiseKey() throws Exception {
        assertThat(Certificate.fromHandshake(
                        CertificateVersion.V1, unhex(CertificateVectors.V1_HANDSHAKE), NOISE_KEY, Curve.CURVE25519))
                .isEqualTo(CertificateVectors.v1Host());
        assertThat(Certificate.fromHandshake(
                        CertificateVersion.V2, unhex(CertificateVectors.V2_HANDSHAKE), NOISE_KEY, Curve.CURVE25519))
                .isEqualTo(CertificateVectors.v2Host());
    }

    @ParameterizedTest
    @CsvSource({
        "V1, " + CertificateVectors.V1_HOST,
        "V2, " + CertificateVectors.V2_HOST,
    })
    void handshakeFormWithAPublicKeyIsRefused(CertificateVersion version, String hex) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.fromHandshake(version, unhex(hex), NOISE_KEY, Curve.CURVE25519));
    }

    @Test
    void handshakeFormOfAnotherCurveIsRefused() {
        byte[] point = HexFormat.of().parseHex("04" + "11".repeat(64));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.fromHandshake(
                        CertificateVersion.V1, unhex(CertificateVectors.V1_HANDSHAKE), point, Curve.P256));
    }

    @Test
    void fingerprintsAreNebulas() throws Exception {
        assertThat(CertificateVectors.v1Host().fingerprint()).hasToString(CertificateVectors.V1_FINGERPRINT);
        assertThat(CertificateVectors.v2Host().fingerprint()).hasToString(CertificateVectors.V2_FINGERPRINT);
    }

    @Test
    void fieldsOfVersionOneAreRead() throws Exception {
        Certificate host = CertificateVectors.v1Host();
        assertThat(host.name()).isEqualTo("n2");
        assertThat(host.networks()).containsExactly(VpnPrefix.parse("10.99.0.2/16"));
        assertThat(host.groups()).containsExactly("a");
        assertThat(host.unsafeNetworks()).isEmpty();
        assertThat(host.isCa()).isFalse();
        assertThat(host.curve()).isEqualTo(Curve.CURVE25519);
        assertThat(host.publicKey().toBytes()).isEqualTo(NOISE_KEY);
        assertThat(host.notBefore()).isEqualTo(Instant.parse("2026-11-23T12:55:28Z"));
        assertThat(host.alternateFingerprint()).isEmpty();
        Certificate ca = CertificateVectors.v1Ca();
        assertThat(ca.name()).isEqualTo("TestCA v1");
        assertThat(ca.isCa()).isTrue();
        assertThat(ca.issuer()).isEmpty();
        assertThat(ca.groups()).containsExactly("a", "b", "c");
        assertThat(ca.networks()).containsExactly(VpnPrefix.parse("10.99.0.0/16"));
        assertThat(ca.unsafeNetworks()).containsExactly(VpnPrefix.parse("192.168.0.0/16"));
    }

    @Test
    void fieldsOfVersionTwoAreRead() throws Exception {
        Certificate host = CertificateVectors.v2Host();
        assertThat(host.name()).isEqualTo("n2");
        assertThat(host.networks()).containsExactly(VpnPrefix.parse("10.99.0.2/16"), VpnPrefix.parse("fd00:99::2/64"));
        assertThat(host.groups()).containsExactly("a", "zz");
        assertThat(host.issuer().orElseThrow().toBytes())
                .isEqualTo(CertificateVectors.v2Ca().fingerprint().toBytes());
    }

    @Test
    void validityIncludesBothEnds() throws Exception {
        Certificate host = CertificateVectors.v1Host();
        assertThat(host.isValidAt(host.notBefore())).isTrue();
        assertThat(host.isValidAt(host.notAfter())).isTrue();
        assertThat(host.isValidAt(host.notBefore().minusSeconds(1))).isFalse();
        assertThat(host.isValidAt(host.notAfter().plusSeconds(1))).isFalse();
    }

    /** Unknown fields, defaults written out, another order: Nebula cannot verify what it would not write itself. */
    @ParameterizedTest
    @ValueSource(strings = {CertificateVectors.V1_HOST + "1801", CertificateVectors.V1_HOST + "1200"})
    void versionOneThatIsNotCanonicalIsRefused(String hex) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.parse(CertificateVersion.V1, unhex(hex)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "3000", // no details
                "3081bd", // cut short
                CertificateVectors.V2_HOST + "00", // bytes after the end
                CertificateVectors.V1_HOST, // the other version
            })
    void whatIsNoVersionTwoCertificateIsRefused(String hex) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.parse(CertificateVersion.V2, unhex(hex)));
    }

    @Test
    void longerLengthThanNeededIsRefused() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.parse(
                        CertificateVersion.V2, unhex("308200bd" + CertificateVectors.V2_HOST.substring(6))));
    }

    @Test
    void moreThanTheLimitIsRefusedUnread() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.parse(CertificateVersion.V1, new byte[Certificate.MAX_BYTES + 1]))
                .withMessageContaining("65536");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.parse(CertificateVersion.V2, new byte[Certificate.MAX_BYTES + 1]))
                .withMessageContaining("65536");
    }
}
