package dev.pharos.agent.cert;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Something that understands nebula-cert's command lines, at work in a directory of its own. */
interface Tool {
    record Result(int exit, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    Path directory();

    Result run(String input, List<String> arguments) throws Exception;

    default Result run(String... arguments) throws Exception {
        return run("", List.of(arguments));
    }

    /** The files that lie there, each with its mode and the first line of its PEM. */
    default SortedMap<String, String> files() throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory())) {
            for (Path file : all.toList()) {
                String mode = Files.getPosixFilePermissions(file).toString();
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                files.put(
                        file.getFileName().toString(),
                        mode + " " + text.lines().findFirst().orElse(""));
            }
        }
        return files;
    }

    default String read(String file) throws IOException {
        return Files.readString(directory().resolve(file));
    }

    default void write(String file, String text) throws IOException {
        Files.writeString(directory().resolve(file), text);
    }

    /** Ours, inside this process. */
    record Pharos(Path directory, Optional<String> passphrase) implements Tool {
        @Override
        public Result run(String input, List<String> arguments) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int exit = new NebulaCert(
                            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                            out,
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            directory,
                            new NoTerminal(passphrase))
                    .run(arguments);
            return new Result(exit, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
        }
    }

    /** The real one. */
    record Stock(String program, Path directory, Optional<String> passphrase) implements Tool {
        @Override
        public Result run(String input, List<String> arguments) throws Exception {
            List<String> command =
                    Stream.concat(Stream.of(program), arguments.stream()).toList();
            Path err = Files.createTempFile("nebula-cert", "err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
            passphrase.ifPresent(value -> builder.environment().put("NEBULA_CA_PASSPHRASE", value));
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            byte[] out = process.getInputStream().readAllBytes();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " does not end");
            }
            String errors = Files.readString(err);
            Files.delete(err);
            return new Result(process.exitValue(), out, errors);
        }
    }

    record NoTerminal(Optional<String> passphrase) implements Passphrases {
        @Override
        public Optional<byte[]> environment() {
            return passphrase.map(value -> value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean canAsk() {
            return false;
        }

        @Override
        public byte[] ask() {
            throw new AssertionError("nobody is there to ask");
        }
    }
}
