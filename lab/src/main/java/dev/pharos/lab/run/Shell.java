package dev.pharos.lab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the machine's own commands, each with a bound on its time. */
public final class Shell {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Shell() {}

    /** What a command left behind; {@code text} is both its streams in the order they were written. */
    public record Result(int exit, String text) {
        public boolean succeeded() {
            return exit == 0;
        }
    }

    /**
     * Runs a command that has to succeed and returns what it printed.
     *
     * @throws LabException when it fails, cannot be started or takes longer than 20 s
     */
    public static String run(String... command) {
        return run(List.of(command), "");
    }

    /** As {@link #run(String...)}, with {@code input} on its standard input. */
    public static String run(List<String> command, String input) {
        Result result = attempt(LIMIT, command, input);
        if (!result.succeeded()) {
            throw new LabException(String.join(" ", command) + " ended with " + result.exit() + ": "
                    + result.text().strip() + (input.isEmpty() ? "" : "\nits input:\n" + input));
        }
        return result.text();
    }

    /** Runs a command that may fail. */
    public static Result attempt(Duration limit, List<String> command) {
        return attempt(limit, command, "");
    }

    private static Result attempt(Duration limit, List<String> command, String input) {
        CompletableFuture<String> output = new CompletableFuture<>();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Thread.ofVirtual().start(() -> collect(process, output));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException(String.join(" ", command) + " took longer than " + limit);
            }
            return new Result(process.exitValue(), output.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new LabException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + command.getFirst(), e);
        }
    }

    private static void collect(Process process, CompletableFuture<String> output) {
        try (var stdout = process.getInputStream()) {
            output.complete(new String(stdout.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            output.completeExceptionally(e);
        }
    }
}
