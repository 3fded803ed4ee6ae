package dev.pharos.agent.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.cert.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signs a host's certificate, for a key that is handed in or made on the way. */
record SignMode(Passphrases passphrases, SecureRandom random, InstantSource clock) implements Mode {
    @Override
    public String summary() {
        return "sign <flags>: makes and signs a host's certificate";
    }

    @Override
    public Options options() {
        return new Options()
                .number("version", 0, "Format of the certificate, 1 or 2; unset: its authority's")
                .string("ca-key", "ca.key", "The authority's key")
                .string("ca-crt", "ca.crt", "The authority's certificate")
                .string("name", "", "Required: the host's name")
                .string("networks", "", "Required: the host's addresses with prefix length, comma separated")
                .string("unsafe-networks", "", "Prefixes behind the host that it may route for, comma separated")
                .duration(
                        "duration",
                        "0",
                        "How long it is valid, in units s, m, h; unset: a second less than its authority")
                .string("in-pub", "", "The host's public key; unset: a key is made")
                .string("out-key", "", "Where the key that is made goes; unset: NAME.key")
                .string("out-crt", "", "Where the certificate goes; unset: NAME.crt")
                .string("out-qr", "", "Where a QR code of the certificate goes, as PNG")
                .string("groups", "", "The host's groups, comma separated")
                .string("pkcs11", "", Values.PKCS11)
                .string("ip", "", "Old name of -networks")
                .string("subnets", "", "Old name of -unsafe-networks");
    }

    @Override
    public void run(Options options, Streams streams) throws CertException {
        Values.refusePkcs11(options);
        options.required("ca-key");
        options.required("ca-crt");
        String name = options.required("name");
        String publicPath = options.text("in-pub");
        if (!publicPath.isEmpty() && !options.text("out-key").isEmpty()) {
            throw new CertException.Usage("cannot set both -in-pub and -out-key");
        }
        if (options.text("networks", "ip").isEmpty()) {
            throw new CertException.Usage("-networks is required");
        }
        Optional<CertificateVersion> asked = options.number("version") == 0
                ? Optional.empty()
                : Optional.of(Values.version(options.number("version")));
        String keyPath = orElse(options.text("out-key"), name + ".key");
        String certificatePath = orElse(options.text("out-crt"), name + ".crt");
        Streams.oneInput(options, List.of("ca-key", "ca-crt", "in-pub"));
        Streams.oneOutput(options, List.of("out-key", "out-crt", "out-qr"));

        CaKey authorityKey = CaKeyFile.open(streams.read("ca-key", options.text("ca-key")), passphrases);
        try {
            Certificate authority = certificate(streams.read("ca-crt", options.text("ca-crt")));
            CertificateSigner signer = signer(authority, authorityKey);
            Optional<HostKey> made =
                    publicPath.isEmpty() ? Optional.of(HostKey.generate(authority.curve(), random)) : Optional.empty();
            PublicKey key = made.isPresent()
                    ? made.get().publicKey()
                    : publicKey(streams.read("in-pub", publicPath), authority);
            CertificateVersion version = asked.orElse(authority.version());
            CertificateRequest request = request(options, version, name, key, authority);
            streams.refuseToOverwrite("cert", certificatePath);
            String pem = CertificatePem.format(List.of(sign(signer, request)));
            if (made.isPresent()) {
                streams.refuseToOverwrite("key", keyPath);
                streams.write("out-key", keyPath, made.get().toPem());
                made.get().wipe();
            }
            streams.write("out-crt", certificatePath, pem);
            QrImage.write(options, pem, streams);
        } finally {
            authorityKey.wipe();
        }
    }

    private CertificateRequest request(
            Options options, CertificateVersion version, String name, PublicKey key, Certificate authority)
            throws CertException {
        List<VpnPrefix> networks = v4First(Values.prefixes("networks", options.list(options.text("networks", "ip"))));
        List<VpnPrefix> unsafeNetworks =
                v4First(Values.prefixes("unsafe-networks", options.list(options.text("unsafe-networks", "subnets"))));
        if (version == CertificateVersion.V1
                && networks.stream().filter(network -> network.address().isV4()).count() != 1) {
            throw Values.invalid("networks", "v1 certificates can only have a single ipv4 address");
        }
        Values.fit(version, "networks", networks);
        Values.fit(version, "unsafe-networks", unsafeNetworks);
        Instant notBefore = clock.instant();
        Duration duration = options.duration("duration");
        Instant notAfter = duration.isZero() || duration.isNegative()
                ? authority.notAfter().minusSeconds(1)
                : notBefore.plus(duration).truncatedTo(ChronoUnit.SECONDS);
        return new CertificateRequest(
                version,
                name,
                networks,
                unsafeNetworks,
                options.list(options.text("groups")),
                notBefore.truncatedTo(ChronoUnit.SECONDS),
                notAfter,
                key);
    }

    private CertificateSigner signer(Certificate authority, CaKey key) throws CertException {
        if (!authority.isCa() || !authority.publicKey().equals(key.publicKey())) {
            throw new CertException("refusing to sign, root certificate does not match private key");
        }
        if (!authority.isValidAt(clock.instant())) {
            throw new CertException("ca certificate is expired");
        }
        return CertificateSigner.of(authority, key);
    }

    private static Certificate sign(CertificateSigner signer, CertificateRequest request) throws CertException {
        try {
            return signer.sign(request);
        } catch (IllegalArgumentException e) {
            throw new CertException("error while signing: " + e.getMessage(), e);
        }
    }

    private static Certificate certificate(String pem) throws CertException {
        try {
            return CertificatePem.parse(pem).getFirst();
        } catch (MalformedException e) {
            throw new CertException("error while parsing ca-crt: " + e.getMessage(), e);
        }
    }

    private static PublicKey publicKey(String pem, Certificate authority) throws CertException {
        try {
            PublicKey key = PublicKey.parsePem(pem);
            if (key.curve() != authority.curve()) {
                throw new CertException("curve of in-pub does not match ca");
            }
            return key;
        } catch (MalformedException e) {
            throw new CertException("error while parsing in-pub: " + e.getMessage(), e);
        }
    }

    private static List<VpnPrefix> v4First(List<VpnPrefix> prefixes) {
        List<VpnPrefix> ordered = new ArrayList<>();
        prefixes.stream().filter(prefix -> prefix.address().isV4()).forEach(ordered::add);
        prefixes.stream().filter(prefix -> !prefix.address().isV4()).forEach(ordered::add);
        return ordered;
    }

    private static String orElse(String given, String otherwise) {
        return given.isEmpty() ? otherwise : given;
    }
}
