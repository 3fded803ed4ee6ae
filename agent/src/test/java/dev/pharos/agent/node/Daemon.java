package dev.pharos.agent.node;

import dev.pharos.agent.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A daemon in a namespace, and what it has written. */
record Daemon(Process process, Path output) implements AutoCloseable {
    /** The distribution as users have it. */
    static final String AGENT =
            Path.of("target/dist/bin/pharos-agent").toAbsolutePath().toString();

    static Daemon start(NetworkNamespace namespace, Path output, String... command) throws Exception {
        return new Daemon(
                namespace.call(() -> new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start()),
                output);
    }

    boolean wrote(String text) throws IOException {
        return Files.readString(output).contains(text);
    }

    long count(String text) throws IOException {
        return Files.readString(output)
                .lines()
                .filter(line -> line.contains(text))
                .count();
    }

    /** Asks it to end, and answers what it ended with. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not end on SIGTERM");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            System.out.print(Files.readString(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
