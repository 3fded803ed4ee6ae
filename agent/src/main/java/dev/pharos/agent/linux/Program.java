package dev.pharos.agent.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of the system that do what the kernel's own interfaces would take much more to do. */
public final class Program {
    private static final long PATIENCE_SECONDS = 10;
    private static final int MOST_WORDS = 500;

    /** Where programs for administration are, which {@code PATH} may leave out. */
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

    private Program() {}

    /** Whether the machine has a program of that name. */
    public static boolean exists(String name) {
        return find(name).isPresent();
    }

    private static Optional<Path> find(String name) {
        return PLACES.stream()
                .map(place -> place.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a program to its end.
     *
     * @param command a name, and arguments
     * @param input for its standard input
     * @return what it printed
     * @throws IOException when there is no such program, or it fails or hangs; the message holds what it said
     */
    public static String run(List<String> command, String input) throws IOException {
        Path program = find(command.getFirst())
                .orElseThrow(() -> new IOException("there is no program " + command.getFirst()));
        List<String> whole = new ArrayList<>(command);
        whole.set(0, program.toString());
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        command.getFirst() + " failed: " + output.substring(0, Math.min(output.length(), MOST_WORDS)));
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
