package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
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
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.bundle.TlsTrust;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.bundle.TrustPart;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * State directories of hosts that were never enrolled: what an enrolled host has on its disk, for the short life by which the
 * AOT cache is trained.
 *
 * @param controlPlane which the hosts ask
 * @param pin of its key
 * @param signer the network's authority
 */
public record RehearsedEnrolment(URI controlPlane, Pin pin, CertificateSigner signer) {
    private static final String NETWORK = "net_rehearsal";
    private static final String HOST = "host_rehearsal";
    private static final Instant END = Instant.parse("2099-01-01T00:00:00Z");
    private static final List<String> GROUPS = List.of("servers");

    /**
     * Writes that of one host.
     *
     * @param lighthouses that it knows; one that knows none is one itself
     */
    public StateDirectory write(Path directory, String name, VpnPrefix at, List<TopologyPart.Lighthouse> lighthouses)
            throws AgentException {
        SecureRandom random = new SecureRandom();
        SigningKey bundleKey = SigningKey.generate(random);
        HostKey hostKey = HostKey.generate(Curve.CURVE25519, random);
        TlsTrust tls = new TlsTrust.Pins(List.of(pin));
        StateDirectory state = StateDirectory.open(directory);
        state.writeIdentity(new HostIdentity(
                HostIdentity.VERSION,
                NETWORK,
                Optional.of(HOST),
                List.of(bundleKey.publicKey().pin()),
                List.of(controlPlane),
                tls,
                keys(random, hostKey)));
        state.writeBundle(answer(bundleKey, own(name, at, hostKey, lighthouses.isEmpty()), tls, lighthouses));
        return state;
    }

    /** No key on P-256 is made: only a network on that curve needs the classes, two hundred of them. */
    private static HostIdentity.Keys keys(SecureRandom random, HostKey hostKey) {
        Binary secret = Binary.of(hostKey.secret());
        return new HostIdentity.Keys(Binary.of(SigningKey.generate(random).seed()), secret, secret);
    }

    private OwnPart own(String name, VpnPrefix at, HostKey key, boolean lighthouse) {
        Certificate certificate = signer.sign(new CertificateRequest(
                CertificateVersion.V1, name, List.of(at), List.of(), GROUPS, Instant.EPOCH, END, key.publicKey()));
        Rule everyonePings = new Rule(
                Rule.Protocol.ICMP, PortRange.ANY, List.of(), Optional.of(at.masked()), Optional.of(at.masked()));
        Rule service = new Rule(Rule.Protocol.ANY, new PortRange(22, 22), GROUPS, Optional.empty(), Optional.empty());
        Rule out = new Rule(Rule.Protocol.ANY, PortRange.ANY, List.of(), Optional.empty(), Optional.empty());
        return new OwnPart(
                name,
                List.of(at),
                new OwnPart.Certificates(Optional.of(certificate), Optional.empty()),
                NetworkCipher.AES,
                1300,
                0,
                lighthouse,
                false,
                List.of(),
                new OwnPart.Rules(List.of(everyonePings, service), List.of(out)),
                List.of());
    }

    private EnrollmentAnswer answer(
            SigningKey key, OwnPart host, TlsTrust tls, List<TopologyPart.Lighthouse> lighthouses) {
        EncodedPart own = host.encode();
        EncodedPart trust = new TrustPart(List.of(signer.authority()), List.of()).encode();
        EncodedPart topology = new TopologyPart(
                        lighthouses,
                        lighthouses.stream()
                                .map(TopologyPart.Lighthouse::address)
                                .toList(),
                        new TopologyPart.ControlPlane(List.of(controlPlane), tls, List.of()),
                        List.of())
                .encode();
        EncodedPart names = new NamesPart(List.of(), Optional.empty(), List.of()).encode();
        Map<Digest, Binary> parts = new HashMap<>();
        Stream.of(own, trust, topology, names).forEach(part -> parts.put(part.digest(), part.bytes()));
        Manifest manifest = new Manifest(
                Manifest.SCHEMA,
                NETWORK,
                HOST,
                new Revision(0, 1),
                Instant.now(),
                new PartDigests(own.digest(), trust.digest(), topology.digest(), names.digest()),
                List.of(),
                Optional.empty());
        return new EnrollmentAnswer(new BundleSigner(key).sign(manifest), parts);
    }
}
