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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys go back and forth between us and the real {@code nebula-cert} (Debian's package nebula). */
class NebulaCertIT {
    private static final String TOOL = "nebula-cert";
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path directory;

    @BeforeAll
    static void nebulaCertIsInstalled() throws Exception {
        try {
            run(Path.of("."), "-version");
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw new AssertionError("nebula-cert is missing: apt-get install nebula", e);
            }
            Assumptions.abort("nebula-cert is missing: apt-get install nebula");
        }
    }

    @Test
    void whatNebulaCertMakesIsReadWrittenAndTrustedHere() throws Exception {
        nebulaAuthority();
        nebula("sign", "-name", "rpi", "-ip", "10.42.0.20/24", "-groups", "servers,lab", "-subnets", "192.168.7.0/24");

        String pem = read("rpi.crt");
        Certificate host = CertificatePem.parse(pem).getFirst();
        assertThat(CertificatePem.format(List.of(host))).isEqualTo(pem);
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

    @Test
    void whatIsSignedHereIsVerifiedByNebulaCert() throws Exception {
        Certificate authority = ownAuthority();
        write("ca.crt", CertificatePem.format(List.of(authority)));
        Certificate host = CertificateSigner.of(authority, CaKey.parsePem(read("ca.key")))
                .sign(request(HostKey.generate(Curve.CURVE25519, RANDOM).publicKey()));
        write("rpi.crt", CertificatePem.format(List.of(host)));

        assertThat(nebula("verify", "-ca", "ca.crt", "-crt", "rpi.crt").exit()).isZero();
        assertThat(nebula("print", "-json", "-path", "rpi.crt").output())
                .contains(
                        host.fingerprint().hex(),
                        "\"10.42.0.20/24\"",
                        "\"servers\"",
                        authority.fingerprint().hex());
    }

    @Test
    void nebulaCertSignsWithOurAuthorityForOurKey() throws Exception {
        Certificate authority = ownAuthority();
        HostKey key = HostKey.generate(Curve.CURVE25519, RANDOM);
        write("ca.crt", CertificatePem.format(List.of(authority)));
        write("rpi.pub", key.publicKey().toPem());
        nebula("sign", "-name", "rpi", "-ip", "10.42.0.20/24", "-in-pub", "rpi.pub");

        Certificate host = CertificatePem.parse(read("rpi.crt")).getFirst();
        assertThat(key.belongsTo(host)).isTrue();
        assertThat(CaPool.of(List.of(authority)).verify(host, Instant.now(), Blocklist.EMPTY))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void weSignWithNebulaCertsAuthorityForItsKey() throws Exception {
        nebulaAuthority();
        nebula("keygen", "-out-key", "rpi.key", "-out-pub", "rpi.pub");
        Certificate authority = CertificatePem.parse(read("ca.crt")).getFirst();
        PublicKey key = PublicKey.parsePem(read("rpi.pub"));
        assertThat(HostKey.parsePem(read("rpi.key")).publicKey()).isEqualTo(key);
        Certificate host =
                CertificateSigner.of(authority, CaKey.parsePem(read("ca.key"))).sign(request(key));
        write("rpi.crt", CertificatePem.format(List.of(host)));
        assertThat(nebula("verify", "-ca", "ca.crt", "-crt", "rpi.crt").exit()).isZero();
    }

    @Test
    void bothRefuseAnotherAuthoritysCertificate() throws Exception {
        nebulaAuthority();
        Certificate authority = ownAuthority("other.key");
        Certificate host = CertificateSigner.of(authority, CaKey.parsePem(read("other.key")))
                .sign(request(HostKey.generate(Curve.CURVE25519, RANDOM).publicKey()));
        write("rpi.crt", CertificatePem.format(List.of(host)));
        assertThat(run(directory, "verify", "-ca", "ca.crt", "-crt", "rpi.crt").exit())
                .isNotZero();
        assertThat(CaPool.parsePem(read("ca.crt")).verify(host, Instant.now(), Blocklist.EMPTY))
                .isInstanceOf(Verdict.Rejected.class);
    }

    private void nebulaAuthority() throws Exception {
        nebula("ca", "-name", "lab", "-duration", "24h", "-groups", "servers,lab", "-ips", "10.42.0.0/16");
    }

    private Certificate ownAuthority() throws IOException {
        return ownAuthority("ca.key");
    }

    private Certificate ownAuthority(String keyFile) throws IOException {
        CaKey key = CaKey.generate(Curve.CURVE25519, RANDOM);
        write(keyFile, key.toPem());
        return CertificateSigner.selfSign(
                CaRequest.unconstrained(
                        CertificateVersion.V1,
                        "own",
                        Instant.now().minusSeconds(60),
                        Instant.now().plusSeconds(86_400)),
                key);
    }

    private static CertificateRequest request(PublicKey key) throws MalformedException {
        return new CertificateRequest(
                CertificateVersion.V1,
                "rpi",
                List.of(VpnPrefix.parse("10.42.0.20/24")),
                List.of(),
                List.of("servers"),
                Instant.now(),
                Instant.now().plusSeconds(3600),
                key);
    }

    private Result nebula(String... arguments) throws Exception {
        Result result = run(directory, arguments);
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
