package dev.pharos.agent.cert;

import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Argon2Cost;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.EncryptedCaKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes an authority: its key and the certificate that it signs itself. */
record CaMode(Passphrases passphrases, SecureRandom random, InstantSource clock) implements Mode {
    @Override
    public String summary() {
        return "ca <flags>: makes a certificate authority";
    }

    @Override
    public Options options() {
        Argon2Cost cost = Argon2Cost.NEBULA_DEFAULT;
        return new Options()
                .string("name", "", "Required: name of the authority")
                .number("version", 2, "Format of the certificate, 1 or 2")
                .duration("duration", "8760h0m0s", "How long it is valid, in units s, m, h")
                .string("out-key", "ca.key", "Where the private key goes")
                .string("out-crt", "ca.crt", "Where the certificate goes")
                .string("out-qr", "", "Where a QR code of the certificate goes, as PNG")
                .string("groups", "", "Groups it may give to hosts, comma separated; unset: any")
                .string("networks", "", "Prefixes its hosts' addresses must lie in, comma separated; unset: any")
                .string("unsafe-networks", "", "Prefixes its hosts may route for, comma separated; unset: any")
                .number("argon-memory", cost.memoryKiB(), "KiB of memory that a passphrase costs")
                .number("argon-iterations", cost.iterations(), "Iterations that a passphrase costs")
                .number("argon-parallelism", cost.parallelism(), "Lanes that a passphrase is derived in")
                .toggle("encrypt", "Encrypt the private key under a passphrase (asked for, or NEBULA_CA_PASSPHRASE)")
                .string("curve", "25519", "25519 or P256")
                .string("pkcs11", "", Values.PKCS11)
                .string("ips", "", "Old name of -networks")
                .string("subnets", "", "Old name of -unsafe-networks");
    }

    @Override
    public void run(Options options, Streams streams) throws CertException {
        String name = options.required("name");
        String keyPath = options.required("out-key");
        String certificatePath = options.required("out-crt");
        Values.refusePkcs11(options);
        Optional<Argon2Cost> cost = options.isOn("encrypt") ? Optional.of(cost(options)) : Optional.empty();
        Duration duration = options.duration("duration");
        if (duration.isNegative() || duration.isZero()) {
            throw new CertException.Usage("-duration must be greater than 0");
        }
        CertificateVersion version = Values.version(options.number("version"));
        List<VpnPrefix> networks = prefixes(options, version, "networks", "ips");
        List<VpnPrefix> unsafeNetworks = prefixes(options, version, "unsafe-networks", "subnets");
        Streams.oneOutput(options, List.of("out-key", "out-crt", "out-qr"));
        byte[] passphrase = cost.isEmpty()
                ? new byte[0]
                : passphrases.obtain(
                        "out-key must be encrypted interactively",
                        "no passphrase specified, remove -encrypt flag to write out-key in plaintext");
        Curve curve = Values.curve(options.text("curve"));
        streams.refuseToOverwrite("CA key", keyPath);
        streams.refuseToOverwrite("CA cert", certificatePath);

        CaKey key = CaKey.generate(curve, random);
        try {
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            List<String> groups = options.list(options.text("groups"));
            CaRequest request = new CaRequest(version, name, networks, unsafeNetworks, groups, now, now.plus(duration));
            Certificate certificate = sign(request, key);
            streams.write("out-key", keyPath, cost.isEmpty() ? key.toPem() : encrypted(key, passphrase, cost.get()));
            String pem = CertificatePem.format(List.of(certificate));
            streams.write("out-crt", certificatePath, pem);
            QrImage.write(options, pem, streams);
        } finally {
            key.wipe();
            Arrays.fill(passphrase, (byte) 0);
        }
    }

    private static Certificate sign(CaRequest request, CaKey key) throws CertException {
        try {
            return CertificateSigner.selfSign(request, key);
        } catch (IllegalArgumentException e) {
            throw new CertException("error while signing: " + e.getMessage(), e);
        }
    }

    private String encrypted(CaKey key, byte[] passphrase, Argon2Cost cost) throws CertException {
        CaKeyFile.requireMemory(cost);
        return EncryptedCaKey.encrypt(key, passphrase, cost, random).toPem();
    }

    private static List<VpnPrefix> prefixes(Options options, CertificateVersion version, String option, String old)
            throws CertException {
        List<VpnPrefix> prefixes = Values.prefixes(option, options.list(options.text(option, old)));
        Values.fit(version, option, prefixes);
        return prefixes;
    }

    private static Argon2Cost cost(Options options) throws CertException {
        try {
            return new Argon2Cost(
                    limited(options, "argon-memory"),
                    limited(options, "argon-iterations"),
                    limited(options, "argon-parallelism"));
        } catch (IllegalArgumentException e) {
            throw new CertException.Usage(String.valueOf(e.getMessage()));
        }
    }

    private static int limited(Options options, String name) {
        return (int) Math.min(options.number(name), Integer.MAX_VALUE);
    }
}
