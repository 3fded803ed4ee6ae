package dev.pharos.agent.control;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.BundleSigner;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EncodedPart;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.NetworkCipher;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.PartDigests;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.bundle.SigningPublicKey;
import dev.pharos.protocol.bundle.TlsTrust;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.bundle.TrustPart;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A network of one host, rpi, and the bundles that its control plane would sign. */
final class TestNetwork {
    static final String ID = "net_test";
    static final String HOST = "host_rpi";
    private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant AFTER = Instant.parse("2036-01-01T00:00:00Z");

    final SigningKey bundleKey = SigningKey.generate(new SecureRandom());
    private final Certificate authority;
    private final Certificate certificate;

    TestNetwork() throws Exception {
        CaKey key = CaKey.generate(Curve.CURVE25519, new SecureRandom());
        authority = CertificateSigner.selfSign(
                CaRequest.unconstrained(CertificateVersion.V1, "test", BEFORE, AFTER.plusSeconds(1)), key);
        certificate = CertificateSigner.of(authority, key)
                .sign(new CertificateRequest(
                        CertificateVersion.V1,
                        "rpi",
                        List.of(VpnPrefix.parse("10.42.0.20/24")),
                        List.of(),
                        List.of("servers"),
                        BEFORE,
                        AFTER,
                        HostKey.generate(Curve.CURVE25519, new SecureRandom()).publicKey()));
    }

    EnrollmentAnswer bundle(long number, URI url, Pin tls) throws Exception {
        return bundle(number, url, tls, bundleKey, Optional.empty(), List.of());
    }

    EnrollmentAnswer bundle(
            long number,
            URI url,
            Pin tls,
            SigningKey signedBy,
            Optional<SigningPublicKey> successor,
            List<String> critical)
            throws Exception {
        EncodedPart own = new OwnPart(
                        "rpi",
                        List.of(VpnPrefix.parse("10.42.0.20/24")),
                        new OwnPart.Certificates(Optional.of(certificate), Optional.empty()),
                        NetworkCipher.AES,
                        1300,
                        0,
                        false,
                        false,
                        List.of(),
                        new OwnPart.Rules(List.of(), List.of()),
                        List.of())
                .encode();
        EncodedPart trust = new TrustPart(List.of(authority), List.of()).encode();
        EncodedPart topology = new TopologyPart(
                        List.of(),
                        List.of(),
                        new TopologyPart.ControlPlane(List.of(url), new TlsTrust.Pins(List.of(tls)), List.of()),
                        List.of())
                .encode();
        EncodedPart names = new NamesPart(
                        List.of(new NamesPart.NamedHost("host" + number, List.of(VpnAddress.parse("10.42.0.9")))),
                        Optional.empty(),
                        List.of())
                .encode();
        Manifest manifest = new Manifest(
                Manifest.SCHEMA,
                ID,
                HOST,
                new Revision(7, number),
                Instant.now(),
                new PartDigests(own.digest(), trust.digest(), topology.digest(), names.digest()),
                critical,
                successor);
        Map<Digest, Binary> parts = new HashMap<>();
        Stream.of(own, trust, topology, names).forEach(part -> parts.put(part.digest(), part.bytes()));
        return new EnrollmentAnswer(new BundleSigner(signedBy).sign(manifest), parts);
    }
}
