package dev.pharos.control.postgres;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Short commands run to their end. */
final class Commands {
    private Commands() {}

    /** Trimmed standard output of a command that must succeed. */
    static String output(String... command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        int code = await(process);
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code);
        }
        return output;
    }

    static boolean succeeds(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        return await(process) == 0;
    }

    /** Runs a command with its output appended to {@code log}: a server started from it may keep it open for ever. */
    static int logged(List<String> command, Path log) throws IOException {
        return await(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .start());
    }

    private static int await(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a command", e);
        }
    }
}
