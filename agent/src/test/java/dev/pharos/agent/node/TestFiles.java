package dev.pharos.agent.node;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Ordinary Nebula configuration files, with the keys and certificates of one authority, in a directory. */
final class TestFiles {
    private final Instant before = Instant.now().minus(1, ChronoUnit.HOURS);
    private final Instant after = before.plus(2, ChronoUnit.DAYS);

    private final Path directory;
    private final CertificateSigner signer;

    TestFiles(Path directory) throws Exception {
        this.directory = directory;
        CaKey key = CaKey.generate(Curve.CURVE25519, new SecureRandom());
        Certificate authority =
                CertificateSigner.selfSign(CaRequest.unconstrained(CertificateVersion.V1, "test", before, after), key);
        signer = CertificateSigner.of(authority, key);
        Files.writeString(directory.resolve("ca.crt"), CertificatePem.format(List.of(authority)));
    }

    /** A file whose pki section is for that host; everybody may ping everybody, and nothing else. */
    Path write(String name, String network, String rest) throws Exception {
        return write(name, network, List.of(), rest);
    }

    /** The same for a router of subnets, into which everybody may ping too. */
    Path write(String name, String network, List<String> subnets, String rest) throws Exception {
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        Certificate certificate = signer.sign(new CertificateRequest(
                CertificateVersion.V1,
                name,
                List.of(VpnPrefix.parse(network)),
                prefixes(subnets),
                List.of(),
                before,
                after.minusSeconds(1),
                key.publicKey()));
        Path crt = Files.writeString(directory.resolve(name + ".crt"), CertificatePem.format(List.of(certificate)));
        Path keyFile = Files.writeString(directory.resolve(name + ".key"), key.toPem());
        String local = subnets.isEmpty() ? "" : ", local_cidr: 0.0.0.0/0";
        String yaml = """
            pki:
              ca: %s
              cert: %s
              key: %s
            punchy: {punch: true}
            %s
            firewall:
              outbound: [{port: any, proto: any, host: any%s}]
              inbound: [{port: any, proto: icmp, host: any%s}]
            """.formatted(
                        directory.resolve("ca.crt"),
                        crt,
                        keyFile,
                        rest.contains("tun:") ? "" : "tun: {dev: overlay}",
                        local,
                        local);
        return Files.writeString(directory.resolve(name + ".yml"), yaml + rest);
    }

    private static List<VpnPrefix> prefixes(List<String> texts) throws MalformedException {
        List<VpnPrefix> prefixes = new ArrayList<>();
        for (String text : texts) {
            prefixes.add(VpnPrefix.parse(text));
        }
        return prefixes;
    }
}
