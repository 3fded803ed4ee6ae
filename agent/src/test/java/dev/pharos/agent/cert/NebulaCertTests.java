package dev.pharos.agent.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NebulaCertTests {
    @TempDir
    Path directory;

    private Tool cert;

    @BeforeEach
    void inADirectory() {
        cert = new Tool.Pharos(directory, Optional.empty());
    }

    @Test
    void anAuthoritySignsAHost() throws Exception {
        fine("ca", "-name", "lab", "-groups", "servers, lab,", "-networks", "10.42.0.0/16,fd00::/8");
        fine("sign", "-name", "rpi", "-networks", "fd00::1/64, 10.42.0.20/24", "-groups", "servers");

        Certificate host = CertificatePem.parse(cert.read("rpi.crt")).getFirst();
        CaPool pool = CaPool.parsePem(cert.read("ca.crt"));
        assertThat(pool.verify(host, Instant.now(), Blocklist.EMPTY)).isInstanceOf(Verdict.Trusted.class);
        assertThat(pool.authorities().getFirst().groups()).containsExactly("servers", "lab");
        assertThat(host.version()).isEqualTo(CertificateVersion.V2);
        assertThat(host.notAfter())
                .isEqualTo(pool.authorities().getFirst().notAfter().minusSeconds(1));
        assertThat(cert.files().keySet()).containsExactly("ca.crt", "ca.key", "rpi.crt", "rpi.key");
        assertThat(cert.files().values())
                .allMatch(file ->
                        file.startsWith("[OWNER_READ, OWNER_WRITE]") || file.startsWith("[OWNER_WRITE, OWNER_READ]"));
        fine("verify", "-ca", "ca.crt", "-crt", "rpi.crt");
    }

    @Test
    void everyFailureIsOneAndSaysWhy() throws Exception {
        fine("ca", "-name", "lab", "-duration", "10h");

        assertThat(failed("ca", "-name", "lab")).isEqualTo("Error: refusing to overwrite existing CA key: ca.key\n");
        assertThat(failed("sign", "-name", "a", "-ip", "10.0.0.1/24", "-duration", "11h"))
                .contains("outlive its authority");
        assertThat(failed("sign", "-name", "a", "-ip", "10.0.0.1")).contains("invalid -networks definition: 10.0.0.1");
        assertThat(failed("sign", "-name", "a", "-ip", "10.0.0.1/24", "-in-pub", "nowhere.pub"))
                .isEqualTo("Error: error while reading in-pub: nowhere.pub: no such file or directory\n");
        assertThat(failed("keygen", "-out-pub", "p"))
                .contains("Error: -out-key is required", "Usage of pharos-agent cert keygen");
        assertThat(failed("ca", "-name", "x", "-pkcs11", "pkcs11:id=1")).contains("-pkcs11 is not supported");
        assertThat(failed("ca", "-nam", "x")).isEqualTo("Error: flag provided but not defined: -nam\n");
        assertThat(failed("ca", "-name")).isEqualTo("Error: flag needs an argument: -name\n");
        assertThat(cert.files().keySet()).containsExactly("ca.crt", "ca.key");
    }

    @Test
    void optionsAreReadAsGoReadsThem() throws Exception {
        fine("ca", "--name=lab", "-version=0x1", "-encrypt=false", "-duration", "1h30m");
        assertThat(fine("print", "-json=true", "--path=ca.crt", "ignored", "-bogus")
                        .text())
                .contains("\"version\":1}]")
                .doesNotContain("\t");
        assertThat(failed("print", "-json=maybe", "-path", "ca.crt"))
                .contains("invalid value \"maybe\" for flag -json");
        assertThat(failed("ca", "-name", "x", "-duration", "-1h")).contains("-duration must be greater than 0");
    }

    @Test
    void helpIsNoFailureAndGoesToTheErrorStream() throws Exception {
        for (String mode : List.of("ca", "keygen", "sign", "print", "verify")) {
            Tool.Result help = fine(mode, "-h");
            assertThat(help.out()).isEmpty();
            assertThat(help.err()).startsWith("Usage of pharos-agent cert " + mode);
            assertThat(fine("-h", mode).err()).isEqualTo(help.err());
        }
        assertThat(cert.run().exit()).isEqualTo(1);
        assertThat(cert.run("fly").exit()).isEqualTo(1);
    }

    @Test
    void standardStreamsStandForFilesOnceEach() throws Exception {
        fine("ca", "-name", "lab");
        String publicKey = fine("keygen", "-out-key", "k", "-out-pub", "-").text();
        Tool.Result signed = cert.run(
                publicKey, List.of("sign", "-name", "a", "-ip", "10.0.0.1/24", "-in-pub", "-", "-out-crt", "-"));
        assertThat(signed.err()).isEmpty();
        assertThat(CertificatePem.parse(signed.text()).getFirst().name()).isEqualTo("a");
        assertThat(cert.run(signed.text(), List.of("verify", "-ca", "ca.crt", "-crt", "-"))
                        .exit())
                .isZero();
        assertThat(failed("keygen", "-out-key", "-", "-out-pub", "-")).contains("only one output may write to stdout");
        assertThat(failed("verify", "-ca", "-", "-crt", "-")).contains("only one input may read from stdin");
    }

    @Test
    void anEncryptedKeyNeedsItsPassphrase() throws Exception {
        assertThat(failed("ca", "-name", "lab", "-encrypt")).contains("interactively");
        String[] cheap = {"ca", "-name", "lab", "-encrypt", "-argon-memory", "64", "-argon-parallelism", "1"};
        Tool knowing = new Tool.Pharos(directory, Optional.of("open sesame"));
        assertThat(knowing.run(cheap).err()).isEmpty();
        assertThat(cert.read("ca.key")).contains("ENCRYPTED");

        assertThat(failed("sign", "-name", "a", "-ip", "10.0.0.1/24")).contains("interactively");
        Tool wrong = new Tool.Pharos(directory, Optional.of("sesame"));
        assertThat(wrong.run("sign", "-name", "a", "-ip", "10.0.0.1/24").err()).contains("invalid passphrase");
        assertThat(knowing.run("sign", "-name", "a", "-ip", "10.0.0.1/24").exit())
                .isZero();
    }

    @Test
    void aQrCodeHoldsTheCertificate() throws Exception {
        fine("ca", "-name", "lab", "-out-qr", "ca.png");
        assertThat(QrRead.text(Files.readAllBytes(directory.resolve("ca.png")))).isEqualTo(cert.read("ca.crt"));
        assertThat(QrRead.text(fine("print", "-path", "ca.crt", "-out-qr", "-").out()))
                .isEqualTo(cert.read("ca.crt"));
    }

    private Tool.Result fine(String... arguments) throws Exception {
        Tool.Result result = cert.run(arguments);
        assertThat(result.exit()).as(result.err()).isZero();
        return result;
    }

    private String failed(String... arguments) throws Exception {
        Tool.Result result = cert.run(arguments);
        assertThat(result.exit()).isEqualTo(1);
        return result.err();
    }
}
