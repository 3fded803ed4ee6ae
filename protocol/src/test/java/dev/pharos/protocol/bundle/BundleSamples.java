package dev.pharos.protocol.bundle;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A small network's bundle, with a value in every field. */
final class BundleSamples {
    static final SecureRandom RANDOM = new SecureRandom();
    static final SigningKey KEY = SigningKey.of(new byte[32]);
    static final Instant NOW = Instant.parse("2026-11-23T18:00:00Z");
    static final Pin PIN = Pin.of(new byte[] {1});

    private static final Instant END = NOW.plusSeconds(86_400);

    private BundleSamples() {}

    static OwnPart own() {
        return new OwnPart(
                "rpi",
                List.of(prefix("10.42.0.20/24")),
                new OwnPart.Certificates(
                        Optional.of(host(CertificateVersion.V1)), Optional.of(host(CertificateVersion.V2))),
                NetworkCipher.AES,
                1300,
                0,
                false,
                true,
                List.of(hostPort("203.0.113.5:4242")),
                new OwnPart.Rules(
                        List.of(
                                new Rule(
                                        Rule.Protocol.TCP,
                                        new PortRange(22, 22),
                                        List.of("a", "b"),
                                        Optional.of(prefix("10.42.0.9/32")),
                                        Optional.of(prefix("192.168.7.0/24"))),
                                new Rule(
                                        Rule.Protocol.ICMP,
                                        PortRange.ANY,
                                        List.of(),
                                        Optional.empty(),
                                        Optional.empty())),
                        List.of()),
                List.of(new OwnPart.Forwarding(prefix("192.168.7.0/24"), true)));
    }

    static TrustPart trust() {
        return new TrustPart(
                List.of(AUTHORITY.authority()),
                List.of(host(CertificateVersion.V1).fingerprint(), Fingerprint.of(new byte[32])));
    }

    static TopologyPart topology() {
        return new TopologyPart(
                List.of(new TopologyPart.Lighthouse(
                        "anchor",
                        address("10.42.0.2"),
                        List.of(hostPort("198.51.100.2:4242"), hostPort("home.example.net:4242")))),
                List.of(address("10.42.0.2")),
                new TopologyPart.ControlPlane(
                        List.of(URI.create("https://203.0.113.5:8443")),
                        new TlsTrust.Pins(List.of(PIN)),
                        List.of(URI.create("https://10.42.0.2:8443"))),
                List.of(new TopologyPart.Route(
                        prefix("192.168.7.0/24"), List.of(address("10.42.0.20"), address("10.42.0.1")), 1000)));
    }

    static NamesPart names() {
        return new NamesPart(
                List.of(new NamesPart.NamedHost("laptop", List.of(address("10.42.0.10")))),
                Optional.of("home.internal"),
                List.of(new DnsRecord("printer", RecordType.A, List.of("192.168.7.9"), 300)));
    }

    static Map<Digest, Binary> parts() {
        return Stream.<Part>of(own(), trust(), topology(), names())
                .map(Part::encode)
                .collect(Collectors.toMap(EncodedPart::digest, EncodedPart::bytes));
    }

    static Manifest manifest(long epoch, long number) {
        return new Manifest(
                Manifest.SCHEMA,
                "net_1",
                "host_1",
                new Revision(epoch, number),
                NOW,
                new PartDigests(
                        own().encode().digest(),
                        trust().encode().digest(),
                        topology().encode().digest(),
                        names().encode().digest()),
                List.of(),
                Optional.empty());
    }

    static EnrollmentToken token() {
        return new EnrollmentToken(
                List.of(URI.create("https://203.0.113.5:8443")),
                "net_1",
                KEY.publicKey().pin(),
                Binary.of(new byte[32]),
                new TlsTrust.Pins(List.of(PIN, Pin.of(new byte[] {2}))));
    }

    static VpnAddress address(String text) {
        try {
            return VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    static VpnPrefix prefix(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    static HostPort hostPort(String text) {
        try {
            return HostPort.parse(text);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static final HostKey HOST_KEY = HostKey.generate(Curve.CURVE25519, RANDOM);
    private static final CertificateSigner AUTHORITY = authority();

    private static CertificateSigner authority() {
        CaKey key = CaKey.generate(Curve.CURVE25519, RANDOM);
        CaRequest request = CaRequest.unconstrained(CertificateVersion.V1, "ca", NOW, END);
        return CertificateSigner.of(CertificateSigner.selfSign(request, key), key);
    }

    private static Certificate host(CertificateVersion version) {
        return AUTHORITY.sign(new CertificateRequest(
                version,
                "rpi",
                List.of(prefix("10.42.0.20/24")),
                List.of(),
                List.of("servers"),
                NOW,
                END,
                HOST_KEY.publicKey()));
    }
}
