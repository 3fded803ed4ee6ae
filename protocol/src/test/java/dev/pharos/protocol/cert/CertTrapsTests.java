package dev.pharos.protocol.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.cert.CaPoolTests.Issuer;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The traps of facts, nebula-protocol 0, as far as certificates can fall into them. */
class CertTrapsTests {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant END = Instant.parse("2036-01-01T00:00:00Z");

    /** Trap 1. */
    @Test
    void aVersionTwoHandshakeMeansNothingToAReaderOfVersionOne() throws Exception {
        Certificate v2 = CertificateVectors.v2Host();
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Certificate.fromHandshake(
                        CertificateVersion.V1,
                        v2.handshakeEncoding(),
                        v2.publicKey().toBytes(),
                        v2.curve()));
    }

    /** Trap 2. */
    @Test
    void bothCertificatesOfAHostShareKeyAndFirstNetwork() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, CaPoolTests.ca());
        PublicKey key = HostKey.generate(Curve.CURVE25519, RANDOM).publicKey();
        PublicKey otherKey = HostKey.generate(Curve.CURVE25519, RANDOM).publicKey();
        Certificate v1 = sign(issuer, CertificateVersion.V1, key, "10.42.0.20/24");
        Certificate v2 = sign(issuer, CertificateVersion.V2, key, "fd00:42::20/64", "10.42.0.20/24");
        assertThat(v2.networks()).startsWith(v1.networks().getFirst());
        assertThat(pair(v1, v2).v2()).contains(v2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair(v1, sign(issuer, CertificateVersion.V2, otherKey, "10.42.0.20/24")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair(v1, sign(issuer, CertificateVersion.V2, key, "10.42.0.21/24")));
        assertThatIllegalArgumentException().isThrownBy(() -> pair(v2, v1));
    }

    /** Trap 2: one authority of version 1 is enough for both. */
    @Test
    void bothCertificatesOfAHostAreTrustedByOneAuthorityOfVersionOne() throws Exception {
        Issuer issuer = Issuer.of(Curve.P256, CaPoolTests.ca());
        PublicKey key = HostKey.generate(Curve.P256, RANDOM).publicKey();
        for (CertificateVersion version : CertificateVersion.values()) {
            Certificate host = sign(issuer, version, key, "10.42.0.20/24");
            Certificate seen = Certificate.fromHandshake(version, host.handshakeEncoding(), key.toBytes(), Curve.P256);
            assertThat(issuer.pool().verify(seen, NOW, Blocklist.EMPTY)).isInstanceOf(Trusted.class);
        }
    }

    /** Trap 15. */
    @Test
    void aFileOfCertificatesHasVersionOneFirst() throws Exception {
        String pem = CertificatePem.format(List.of(CertificateVectors.v2Host(), CertificateVectors.v1Host()));
        assertThat(pem).startsWith("-----BEGIN NEBULA CERTIFICATE-----\n");
        assertThat(CertificatePem.parse(pem)).containsExactly(CertificateVectors.v1Host(), CertificateVectors.v2Host());
    }

    /** Trap 15. */
    @Test
    void authoritiesForOldNodesAreOfVersionOneOnly() throws Exception {
        List<Certificate> both = List.of(CertificateVectors.v2Ca(), CertificateVectors.v1Ca());
        assertThat(NebulaRelease.V1_6.readable(both)).containsExactly(CertificateVectors.v1Ca());
        assertThat(NebulaRelease.V1_7.readable(both)).containsExactly(CertificateVectors.v1Ca());
        assertThat(NebulaRelease.V1_10.readable(both)).isEqualTo(both);
    }

    /** Trap 17. */
    @Test
    void curveAndVersionDecideWhichReleaseReadsACertificate() throws Exception {
        Issuer p256 = Issuer.of(Curve.P256, CaPoolTests.ca());
        Certificate v1 = p256.host(CertificateVersion.V1, "10.42.0.20/24", List.of());
        assertThat(NebulaRelease.oldestReading(CertificateVectors.v1Host())).isEqualTo(NebulaRelease.V1_6);
        assertThat(NebulaRelease.oldestReading(v1)).isEqualTo(NebulaRelease.V1_7);
        assertThat(NebulaRelease.oldestReading(CertificateVectors.v2Host())).isEqualTo(NebulaRelease.V1_10);
        assertThat(NebulaRelease.V1_6.readable(List.of(v1))).isEmpty();
    }

    /** Trap 17. */
    @Test
    void ipv6OnTheOverlayTakesVersionTwo() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, CaPoolTests.ca());
        PublicKey key = HostKey.generate(Curve.CURVE25519, RANDOM).publicKey();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sign(issuer, CertificateVersion.V1, key, "fd00:42::20/64"))
                .withMessageContaining("version 2");
        assertThat(sign(issuer, CertificateVersion.V2, key, "fd00:42::20/64").networks())
                .hasSize(1);
    }

    private static OwnPart.Certificates pair(Certificate v1, Certificate v2) {
        return new OwnPart.Certificates(Optional.of(v1), Optional.of(v2));
    }

    private static Certificate sign(Issuer issuer, CertificateVersion version, PublicKey key, String... networks)
            throws MalformedException {
        List<VpnPrefix> prefixes = new ArrayList<>();
        for (String network : networks) {
            prefixes.add(VpnPrefix.parse(network));
        }
        return issuer.signer()
                .sign(new CertificateRequest(version, "rpi", prefixes, List.of(), List.of(), BEGIN, END, key));
    }
}
