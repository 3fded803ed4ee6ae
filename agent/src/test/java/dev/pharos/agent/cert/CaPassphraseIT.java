package dev.pharos.agent.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The passphrase of a CA key is typed at a terminal: a real one, which {@code script} (bsdutils) makes. */
class CaPassphraseIT {
    private static final String AGENT =
            Path.of("target/dist/bin/pharos-agent").toAbsolutePath().toString();
    private static final String PASSPHRASE = "correct horse battery staple";
    private static final String PROMPT = "Enter passphrase: ";

    @TempDir
    Path directory;

    private record Session(int exit, String screen) {}

    @Test
    void aKeyIsEncryptedAndUsedByWhatIsTypedWhichNobodySees() throws Exception {
        Session made = atTheTerminal(
                PASSPHRASE,
                "ca -name home -encrypt -argon-memory 8192 -argon-iterations 1 -out-crt ca.crt -out-key ca.key");
        assertThat(made.exit()).as(made.screen()).isZero();
        assertThat(made.screen()).contains(PROMPT).doesNotContain(PASSPHRASE);
        assertThat(Files.readString(directory.resolve("ca.key"))).contains("ENCRYPTED");

        Session signed = atTheTerminal(PASSPHRASE, "sign -name pi -ip 10.42.0.20/24 -ca-crt ca.crt -ca-key ca.key");
        assertThat(signed.exit()).as(signed.screen()).isZero();
        assertThat(signed.screen()).contains(PROMPT).doesNotContain(PASSPHRASE);
        assertThat(run(AGENT, "cert", "verify", "-ca", "ca.crt", "-crt", "pi.crt"))
                .isZero();
    }

    @Test
    void anotherPassphraseOpensNothing() throws Exception {
        atTheTerminal(PASSPHRASE, "ca -name home -encrypt -argon-memory 8192 -out-crt ca.crt -out-key ca.key");

        Session refused = atTheTerminal("guess", "sign -name pi -ip 10.42.0.20/24 -ca-crt ca.crt -ca-key ca.key");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.screen()).contains("invalid passphrase or corrupt private key");
        assertThat(directory.resolve("pi.crt")).doesNotExist();
    }

    @Test
    void withoutATerminalItSaysSo() throws Exception {
        Process process = new ProcessBuilder(AGENT, "cert", "ca", "-name", "home", "-encrypt")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("out-key must be encrypted interactively");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    private int run(String... command) throws Exception {
        return new ProcessBuilder(command).directory(directory.toFile()).start().waitFor();
    }

    /** Types one line as soon as it is asked for. */
    private Session atTheTerminal(String line, String arguments) throws Exception {
        Path screen = Files.createTempFile(directory, "screen", "");
        Process process = new ProcessBuilder("script", "-qec", AGENT + " cert " + arguments, "/dev/null")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(screen.toFile())
                .start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !process.isAlive() || read(screen).contains(PROMPT));
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(read(screen)).isTrue();
        return new Session(process.exitValue(), read(screen));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
