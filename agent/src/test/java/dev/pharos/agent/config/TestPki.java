package dev.pharos.agent.config;

import dev.pharos.protocol.MalformedException;
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
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** A host's own authority, certificate and key, as PEM text. */
record TestPki(String authority, String certificate, String key) {
    private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant AFTER = Instant.parse("2036-01-01T00:00:00Z");

    static TestPki create(String name, String network) {
        CaKey caKey = CaKey.generate(Curve.CURVE25519, new SecureRandom());
        Certificate authority = CertificateSigner.selfSign(
                CaRequest.unconstrained(CertificateVersion.V1, "test", BEFORE, AFTER), caKey);
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        Certificate certificate = CertificateSigner.of(authority, caKey)
                .sign(new CertificateRequest(
                        CertificateVersion.V1,
                        name,
                        List.of(prefix(network)),
                        List.of(),
                        List.of(),
                        BEFORE,
                        AFTER,
                        key.publicKey()));
        return new TestPki(
                CertificatePem.format(List.of(authority)), CertificatePem.format(List.of(certificate)), key.toPem());
    }

    /** The section {@code pki}, ready for more lines in it. */
    String yaml() {
        return "pki:\n  ca: |\n" + authority.indent(4) + "  cert: |\n" + certificate.indent(4) + "  key: |\n"
                + key.indent(4);
    }

    private static VpnPrefix prefix(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
