package dev.pharos.protocol.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Verdict.Reason;
import dev.pharos.protocol.cert.Verdict.Rejected;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CaPoolTests {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2036-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void vectorsAreVerifiedByTheirAuthority() throws Exception {
        CaPool pool = CaPool.of(List.of(CertificateVectors.v1Ca(), CertificateVectors.v2Ca()));
        Instant now = Instant.parse("2027-01-01T00:00:00Z");
        Verdict v1 = pool.verify(CertificateVectors.v1Host(), now, Blocklist.EMPTY);
        Verdict v2 = pool.verify(CertificateVectors.v2Host(), now, Blocklist.EMPTY);
        assertThat(((Trusted) v1).authorityName()).isEqualTo("TestCA v1");
        assertThat(((Trusted) v2).authorityName()).isEqualTo("TestCA v2");
    }

    @ParameterizedTest
    @CsvSource({"V1, V1", "V1, V2", "V2, V1", "V2, V2"})
    void anAuthorityOfEitherVersionSignsHostsOfEither(CertificateVersion caVersion, CertificateVersion hostVersion)
            throws Exception {
        for (Curve curve : Curve.values()) {
            Issuer issuer = Issuer.of(curve, CaRequest.unconstrained(caVersion, "ca", BEGIN, END));
            Certificate host = issuer.host(hostVersion, "10.42.0.20/24", List.of("servers"));
            assertThat(issuer.pool().verify(host, NOW, Blocklist.EMPTY))
                    .isInstanceOfSatisfying(Trusted.class, trusted -> {
                        assertThat(trusted.authorityName()).isEqualTo("ca");
                        assertThat(trusted.authorityFingerprint())
                                .isEqualTo(issuer.authority().fingerprint());
                    });
        }
    }

    @Test
    void blockedComesFirst() throws Exception {
        Certificate host = Issuer.of(Curve.CURVE25519, ca()).host(CertificateVersion.V1, "10.42.0.20/24", List.of());
        CaPool stranger = Issuer.of(Curve.CURVE25519, ca()).pool();
        assertRejected(stranger, host, NOW, Blocklist.of(List.of(host.fingerprint())), Reason.BLOCKED);
        assertRejected(stranger, host, NOW, Blocklist.EMPTY, Reason.UNKNOWN_AUTHORITY);
    }

    @Test
    void anAuthorityOnTheBlocklistBlocksNobody() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, ca());
        Certificate host = issuer.host(CertificateVersion.V2, "10.42.0.20/24", List.of());
        Blocklist blocklist = Blocklist.of(List.of(issuer.authority().fingerprint()));
        assertThat(issuer.pool().verify(host, NOW, blocklist)).isInstanceOf(Trusted.class);
    }

    @Test
    void aCertificateWithoutIssuerIsNoHosts() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, ca());
        assertRejected(issuer.pool(), issuer.authority(), NOW, Blocklist.EMPTY, Reason.NO_ISSUER);
    }

    @Test
    void timeIsThatOfTheAuthorityThenOfTheHost() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, ca());
        Certificate host = issuer.sign(CertificateVersion.V1, "10.42.0.20/24", BEGIN.plusSeconds(10), NOW);
        assertRejected(issuer.pool(), host, END.plusSeconds(1), Blocklist.EMPTY, Reason.AUTHORITY_NOT_VALID_NOW);
        assertRejected(issuer.pool(), host, NOW.plusSeconds(1), Blocklist.EMPTY, Reason.NOT_VALID_NOW);
        assertRejected(issuer.pool(), host, BEGIN.plusSeconds(9), Blocklist.EMPTY, Reason.NOT_VALID_NOW);
        assertThat(issuer.pool().verify(host, NOW, Blocklist.EMPTY)).isInstanceOf(Trusted.class);
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void everyByteOfASignedCertificateMatters(Curve curve) throws Exception {
        Issuer issuer = Issuer.of(curve, ca());
        for (CertificateVersion version : CertificateVersion.values()) {
            byte[] bytes =
                    issuer.host(version, "10.42.0.20/24", List.of("servers")).encode();
            for (int i = 0; i < bytes.length; i++) {
                byte[] tampered = bytes.clone();
                tampered[i] ^= 1;
                assertThat(isTrusted(issuer.pool(), version, tampered))
                        .as("byte %d", i)
                        .isFalse();
            }
        }
    }

    private static boolean isTrusted(CaPool pool, CertificateVersion version, byte[] bytes) {
        try {
            Certificate certificate = Certificate.parse(version, bytes);
            return pool.verify(certificate, NOW, Blocklist.EMPTY) instanceof Trusted;
        } catch (MalformedException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.42.0.0/16, '', '', 10.42.0.20/24, '', '', true",
        "10.42.0.0/16, '', '', 10.43.0.20/24, '', '', false",
        "10.42.0.0/16, '', '', 10.42.0.20/8, '', '', false",
        "'', 192.168.0.0/16, '', 10.42.0.20/24, 192.168.7.0/24, '', true",
        "'', 192.168.0.0/16, '', 10.42.0.20/24, 192.0.0.0/8, '', false",
        "'', '', servers, 10.42.0.20/24, '', servers, true",
        "'', '', servers, 10.42.0.20/24, '', mobiles, false",
        "'', '', servers, 10.42.0.20/24, '', '', true",
    })
    void constraintsOfTheAuthorityBindItsHosts(
            String caNetwork,
            String caUnsafe,
            String caGroup,
            String network,
            String unsafe,
            String group,
            boolean allowed)
            throws Exception {
        CaRequest wide = ca();
        CaRequest narrow = new CaRequest(
                wide.version(), "ca", prefixes(caNetwork), prefixes(caUnsafe), texts(caGroup), BEGIN, END);
        CaKey key = CaKey.generate(Curve.CURVE25519, RANDOM);
        CertificateRequest request = new CertificateRequest(
                CertificateVersion.V2,
                "host",
                prefixes(network),
                prefixes(unsafe),
                texts(group),
                BEGIN,
                NOW,
                HostKey.generate(Curve.CURVE25519, RANDOM).publicKey());
        Certificate authority = CertificateSigner.selfSign(narrow, key);
        Certificate host = forged(authority, key, request, details -> details);
        if (allowed) {
            assertThat(CertificateSigner.of(authority, key).sign(request)).isEqualTo(host);
            assertThat(CaPool.of(List.of(authority)).verify(host, NOW, Blocklist.EMPTY))
                    .isInstanceOf(Trusted.class);
        } else {
            assertRejected(CaPool.of(List.of(authority)), host, NOW, Blocklist.EMPTY, Reason.OUTSIDE_CONSTRAINTS);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> CertificateSigner.of(authority, key).sign(request));
        }
    }

    @Test
    void aHostLivesNoLongerThanItsAuthority() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, ca());
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> issuer.sign(CertificateVersion.V1, "10.42.0.20/24", BEGIN, END.plusSeconds(1)))
                .withMessageContaining("outlive");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> issuer.sign(CertificateVersion.V1, "10.42.0.20/24", BEGIN.minusSeconds(1), END));
    }

    @Test
    void hostsAndStrangersAreNoAuthorities() throws Exception {
        Issuer issuer = Issuer.of(Curve.P256, ca());
        Certificate host = issuer.host(CertificateVersion.V1, "10.42.0.20/24", List.of());
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> CaPool.of(List.of(host)));
        Certificate authority = issuer.authority();
        byte[] signature = Issuer.of(Curve.P256, ca()).authority().signature();
        Certificate foreign = new Certificate(
                authority.version(),
                authority.details(),
                authority.publicKey(),
                V1Format.signedBytes(authority.details(), authority.publicKey()),
                signature);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> CaPool.of(List.of(foreign)))
                .withMessageContaining("not signed by itself");
    }

    @Test
    void aVerdictIsRecheckedWithoutTheSignature() throws Exception {
        Issuer issuer = Issuer.of(Curve.CURVE25519, ca());
        Certificate host = issuer.host(CertificateVersion.V2, "10.42.0.20/24", List.of());
        Trusted trusted = (Trusted) issuer.pool().verify(host, NOW, Blocklist.EMPTY);
        Blocklist blocked = Blocklist.of(List.of(host.fingerprint()));
        assertThat(issuer.pool().recheck(trusted, NOW, Blocklist.EMPTY)).isInstanceOf(Trusted.class);
        assertThat(reason(issuer.pool().recheck(trusted, NOW, blocked))).isEqualTo(Reason.BLOCKED);
        assertThat(reason(issuer.pool().recheck(trusted, END.plusSeconds(1), Blocklist.EMPTY)))
                .isEqualTo(Reason.AUTHORITY_NOT_VALID_NOW);
        CaPool other = Issuer.of(Curve.CURVE25519, ca()).pool();
        assertThat(reason(other.recheck(trusted, NOW, Blocklist.EMPTY))).isEqualTo(Reason.UNKNOWN_AUTHORITY);
    }

    @Test
    void anExpiredAuthorityIsKeptButGoodForNothing() throws Exception {
        CaPool pool = Issuer.of(Curve.CURVE25519, ca()).pool();
        assertThat(pool.anyValidAt(END)).isTrue();
        assertThat(pool.anyValidAt(END.plusSeconds(1))).isFalse();
        assertThat(pool.authorities()).hasSize(1);
    }

    static CaRequest ca() {
        return CaRequest.unconstrained(CertificateVersion.V1, "ca", BEGIN, END);
    }

    private static void assertRejected(
            CaPool pool, Certificate certificate, Instant now, Blocklist blocklist, Reason expected) {
        assertThat(reason(pool.verify(certificate, now, blocklist))).isEqualTo(expected);
    }

    private static Reason reason(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Rejected.class);
        return ((Rejected) verdict).reason();
    }

    /** Signs what {@link CertificateSigner} would refuse. */
    private static Certificate forged(
            Certificate authority, CaKey key, CertificateRequest request, UnaryOperator<CertificateDetails> change) {
        CertificateDetails details = change.apply(new CertificateDetails(
                request.name(),
                request.networks(),
                request.unsafeNetworks(),
                request.groups(),
                false,
                request.notBefore(),
                request.notAfter(),
                Optional.of(authority.fingerprint())));
        byte[] raw = V2Format.details(details);
        byte[] signature = key.sign(V2Format.signedBytes(raw, request.publicKey()));
        return new Certificate(CertificateVersion.V2, details, request.publicKey(), raw, signature);
    }

    private static List<VpnPrefix> prefixes(String text) throws MalformedException {
        return text.isEmpty() ? List.of() : List.of(VpnPrefix.parse(text));
    }

    private static List<String> texts(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }

    /** An authority with its key. */
    record Issuer(CertificateSigner signer) {
        static Issuer of(Curve curve, CaRequest request) {
            CaKey key = CaKey.generate(curve, RANDOM);
            return new Issuer(CertificateSigner.of(CertificateSigner.selfSign(request, key), key));
        }

        Certificate authority() {
            return signer.authority();
        }

        CaPool pool() throws MalformedException {
            return CaPool.of(List.of(authority()));
        }

        Certificate host(CertificateVersion version, String network, List<String> groups) throws MalformedException {
            return signer.sign(new CertificateRequest(
                    version,
                    "rpi",
                    prefixes(network),
                    List.of(),
                    groups,
                    BEGIN,
                    END,
                    HostKey.generate(authority().curve(), RANDOM).publicKey()));
        }

        Certificate sign(CertificateVersion version, String network, Instant notBefore, Instant notAfter)
                throws MalformedException {
            return signer.sign(new CertificateRequest(
                    version,
                    "rpi",
                    prefixes(network),
                    List.of(),
                    List.of(),
                    notBefore,
                    notAfter,
                    HostKey.generate(authority().curve(), RANDOM).publicKey()));
        }
    }
}
