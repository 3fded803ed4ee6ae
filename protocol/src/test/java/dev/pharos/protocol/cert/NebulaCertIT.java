package dev.pharos.protocol.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Certificates and keys go back and forth between us and the real {@code nebula-cert}: of Debian's package nebula, or what
 * the system property {@code nebula-cert} names. Every curve and version that this release of it knows is tried.
 */
class NebulaCertIT {
    private static final String TOOL = System.getProperty("nebula-cert", "nebula-cert");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path directory;

    /** What a release of nebula-cert can make, and the options that say so; none where it knows but one. */
    record Kind(Curve curve, CertificateVersion version, List<String> curveOption, List<String> versionOption) {
        @Override
        public String toString() {
            return curve + " " + version;
        }
    }

    static List<Kind> kinds() throws Exception {
        String help;
        try {
            help = run(Path.of("."), "ca", "-h").output();
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw new AssertionError("nebula-cert is missing: apt-get install nebula", e);
            }
            return Assumptions.abort("nebula-cert is missing: apt-get install nebula");
        }
        if (!help.contains("-curve")) {
            return List.of(new Kind(Curve.CURVE25519, CertificateVersion.V1, List.of(), List.of()));
        }
        List<Kind> kinds = new ArrayList<>();
        for (Curve curve : Curve.values()) {
            List<String> curveOption = List.of("-curve", curve == Curve.P256 ? "P256" : "25519");
            if (!help.contains("-version")) {
                kinds.add(new Kind(curve, CertificateVersion.V1, curveOption, List.of()));
                continue;
            }
            for (CertificateVersion version : CertificateVersion.values()) {
                List<String> versionOption = List.of("-version", Integer.toString(version.number()));
                kinds.add(new Kind(curve, version, curveOption, versionOption));
            }
        }
        return kinds;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatNebulaCertMakesIsReadWrittenAndTrustedHere(Kind kind) throws Exception {
        nebulaAuthority(kind);
        nebula(
                kind.versionOption,
                "sign",
                "-name",
                "rpi",
                "-ip",
                "10.42.0.20/24",
                "-groups",
                "servers,lab",
                "-subnets",
                "192.168.7.0/24");

        String pem = read("rpi.crt");
        Certificate host = CertificatePem.parse(pem).getFirst();
        assertThat(CertificatePem.format(List.of(host))).isEqualTo(pem);
        assertThat(host.version()).isEqualTo(kind.version);
        assertThat(host.curve()).isEqualTo(kind.curve);
        assertThat(host.name()).isEqualTo("rpi");
        assertThat(host.networks()).containsExactly(VpnPrefix.parse("10.42.0.20/24"));
        assertThat(host.unsafeNetworks()).containsExactly(VpnPrefix.parse("192.168.7.0/24"));
        assertThat(host.groups()).containsExactly("servers", "lab");
        assertThat(nebula("print", "-json", "-path", "rpi.crt").output())
                .contains(host.fingerprint().hex());
        assertThat(HostKey.parsePem(read("rpi.key")).belongsTo(host)).isTrue();
        assertThat(HostKey.parsePem(read("rpi.key")).toPem()).isEqualTo(read("rpi.key"));

        CaPool pool = CaPool.parsePem(read("ca.crt"));
        assertThat(pool.verify(host, Instant.now(), Blocklist.EMPTY)).isInstanceOf(Trusted.class);
        assertThat(pool.authorities().getFirst().groups()).containsExactly("servers", "lab");
        assertThat(CaKey.parsePem(read("ca.key")).toPem()).isEqualTo(read("ca.key"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsSignedHereIsVerifiedByNebulaCert(Kind kind) throws Exception {
        Certificate authority = ownAuthority(kind, "ca.key");
        write("ca.crt", CertificatePem.format(List.of(authority)));
        Certificate host = CertificateSigner.of(authority, CaKey.parsePem(read("ca.key")))
                .sign(request(kind, HostKey.generate(kind.curve, RANDOM).publicKey()));
        write("rpi.crt", CertificatePem.format(List.of(host)));

        nebula("verify", "-ca", "ca.crt", "-crt", "rpi.crt");
        assertThat(nebula("print", "-json", "-path", "rpi.crt").output())
                .contains(host.fingerprint().hex(), "\"10.42.0.20/24\"", "\"servers\"")
                .contains(authority.fingerprint().hex());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nebulaCertSignsWithOurAuthorityForOurKey(Kind kind) throws Exception {
        Certificate authority = ownAuthority(kind, "ca.key");
        HostKey key = HostKey.generate(kind.curve, RANDOM);
        write("ca.crt", CertificatePem.format(List.of(authority)));
        write("rpi.pub", key.publicKey().toPem());
        nebula(kind.versionOption, "sign", "-name", "rpi", "-ip", "10.42.0.20/24", "-in-pub", "rpi.pub");

        Certificate host = CertificatePem.parse(read("rpi.crt")).getFirst();
        assertThat(key.belongsTo(host)).isTrue();
        assertThat(CaPool.of(List.of(authority)).verify(host, Instant.now(), Blocklist.EMPTY))
                .isInstanceOf(Trusted.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void weSignWithNebulaCertsAuthorityForItsKey(Kind kind) throws Exception {
        nebulaAuthority(kind);
        nebula(kind.curveOption, "keygen", "-out-key", "rpi.key", "-out-pub", "rpi.pub");
        Certificate authority = CertificatePem.parse(read("ca.crt")).getFirst();
        PublicKey key = PublicKey.parsePem(read("rpi.pub"));
        assertThat(HostKey.parsePem(read("rpi.key")).publicKey()).isEqualTo(key);
        Certificate host =
                CertificateSigner.of(authority, CaKey.parsePem(read("ca.key"))).sign(request(kind, key));
        write("rpi.crt", CertificatePem.format(List.of(host)));
        nebula("verify", "-ca", "ca.crt", "-crt", "rpi.crt");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void bothRefuseAnotherAuthoritysCertificate(Kind kind) throws Exception {
        nebulaAuthority(kind);
        Certificate authority = ownAuthority(kind, "other.key");
        Certificate host = CertificateSigner.of(authority, CaKey.parsePem(read("other.key")))
                .sign(request(kind, HostKey.generate(kind.curve, RANDOM).publicKey()));
        write("rpi.crt", CertificatePem.format(List.of(host)));
        assertThat(run(directory, "verify", "-ca", "ca.crt", "-crt", "rpi.crt").exit())
                .isNotZero();
        assertThat(CaPool.parsePem(read("ca.crt")).verify(host, Instant.now(), Blocklist.EMPTY))
                .isInstanceOf(Verdict.Rejected.class);
    }

    private void nebulaAuthority(Kind kind) throws Exception {
        List<String> options = new ArrayList<>(kind.curveOption);
        options.addAll(kind.versionOption);
        nebula(options, "ca", "-name", "lab", "-duration", "24h", "-groups", "servers,lab", "-ips", "10.42.0.0/16");
    }

    private Certificate ownAuthority(Kind kind, String keyFile) throws IOException {
        CaKey key = CaKey.generate(kind.curve, RANDOM);
        write(keyFile, key.toPem());
        Instant now = Instant.now();
        return CertificateSigner.selfSign(
                CaRequest.unconstrained(kind.version, "own", now.minusSeconds(60), now.plusSeconds(86_400)), key);
    }

    private static CertificateRequest request(Kind kind, PublicKey key) throws MalformedException {
        Instant now = Instant.now();
        return new CertificateRequest(
                kind.version,
                "rpi",
                List.of(VpnPrefix.parse("10.42.0.20/24")),
                List.of(),
                List.of("servers"),
                now,
                now.plusSeconds(3600),
                key);
    }

    private Result nebula(String command, String... arguments) throws Exception {
        return nebula(List.of(), command, arguments);
    }

    private Result nebula(List<String> options, String command, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(options);
        all.addAll(List.of(arguments));
        Result result = run(directory, all.toArray(String[]::new));
        assertThat(result.exit()).as(result.output()).isZero();
        return result;
    }

    private record Result(int exit, String output) {}

    private static Result run(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(TOOL));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }
}
