package dev.pharos.protocol.cert;

import static dev.pharos.protocol.cert.CertificateVectors.hex;
import static dev.pharos.protocol.cert.CertificateVectors.unhex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.cert.CaPoolTests.Issuer;
import dev.pharos.protocol.cert.Verdict.Reason;
import dev.pharos.protocol.cert.Verdict.Rejected;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class P256Tests {
    /** RFC 6979, appendix A.2.5: P-256, SHA-256, message "sample"; its s is the higher one, so we write n - s. */
    @Test
    void signaturesAreDeterministicWithTheLowerS() throws Exception {
        byte[] key = unhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        byte[] message = "sample".getBytes(StandardCharsets.US_ASCII);
        String r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
        String highS = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
        byte[] signature = P256.sign(key, message);
        assertThat(hex(P256.alternate(signature).orElseThrow())).isEqualTo("3046022100" + r + "022100" + highS);
        assertThat(signature[37] & 0x80).as("top bit of s").isZero();
        assertThat(P256.verify(P256.publicKey(key), message, signature)).isTrue();
        assertThat(P256.verify(
                        P256.publicKey(key), message, P256.alternate(signature).orElseThrow()))
                .isTrue();
    }

    /** Whoever holds a certificate can exchange the form of its signature; a block must hold for both. */
    @ParameterizedTest
    @EnumSource(CertificateVersion.class)
    void aBlockHoldsForBothFormsOfTheSignature(CertificateVersion version) throws Exception {
        Issuer issuer = Issuer.of(Curve.P256, CaPoolTests.ca());
        Certificate host = issuer.host(version, "10.42.0.20/24", List.of());
        Certificate twin = new Certificate(
                version,
                host.details(),
                host.publicKey(),
                rawDetails(host),
                P256.alternate(host.signature()).orElseThrow());
        Instant now = Instant.parse("2026-11-23T12:00:00Z");
        assertThat(twin.fingerprint()).isNotEqualTo(host.fingerprint());
        assertThat(twin.alternateFingerprint()).contains(host.fingerprint());
        assertThat(host.alternateFingerprint()).contains(twin.fingerprint());
        Trusted trusted = (Trusted) issuer.pool().verify(twin, now, Blocklist.EMPTY);
        for (Fingerprint blocked : List.of(host.fingerprint(), twin.fingerprint())) {
            Blocklist blocklist = Blocklist.of(List.of(blocked));
            assertThat(reason(issuer.pool().verify(twin, now, blocklist))).isEqualTo(Reason.BLOCKED);
            assertThat(reason(issuer.pool().verify(host, now, blocklist))).isEqualTo(Reason.BLOCKED);
            assertThat(reason(issuer.pool().recheck(trusted, now, blocklist))).isEqualTo(Reason.BLOCKED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "3006020101020101ff", // bytes after the end
                "300602010002010f", // r is 0
                "30080202000102020001", // not the shortest form
                "3006020181020101", // r is negative
                "3006030101020101", // a bit string
            })
    void whatIsNoSignatureHasNoAlternateAndVerifiesNothing(String signature) throws Exception {
        byte[] key = P256.publicKey(unhex("01".repeat(32)));
        assertThat(P256.alternate(unhex(signature))).isEmpty();
        assertThat(P256.verify(key, new byte[1], unhex(signature))).isFalse();
    }

    @Test
    void aPointOffTheCurveVerifiesNothing() {
        byte[] point = unhex("04" + "11".repeat(64));
        assertThat(P256.verify(point, new byte[1], P256.sign(unhex("01".repeat(32)), new byte[1])))
                .isFalse();
    }

    private static byte[] rawDetails(Certificate certificate) {
        return switch (certificate.version()) {
            case V1 -> V1Format.signedBytes(certificate.details(), certificate.publicKey());
            case V2 -> V2Format.details(certificate.details());
        };
    }

    private static Reason reason(Verdict verdict) {
        return ((Rejected) verdict).reason();
    }
}
