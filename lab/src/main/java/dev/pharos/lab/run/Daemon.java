package dev.pharos.lab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process of the lab that stays until it is stopped, with what it has said so far. */
public final class Daemon {
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final int LINES_SHOWN = 25;

    private final String name;
    private final Process process;
    private final Path log;

    Daemon(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    Optional<ProcessId> id() {
        return ProcessId.of(process.pid());
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Asks it to end with SIGTERM, waits, and returns its exit code. */
    public int stop() {
        process.destroy();
        return awaitExit(GRACE);
    }

    /** Ends it with SIGKILL: the power cut. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(GRACE);
    }

    /** Waits for it to end by itself and returns its exit code. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException(
                        name + " did not end within " + limit.toSeconds() + " s; its last lines:\n" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + name + " to end", e);
        }
    }

    /** Waits until {@code condition} holds, and fails at once, with what it said last, when the process ends instead. */
    public void awaitReady(String what, Duration limit, BooleanSupplier condition) {
        boolean settled = Await.holdsWithin(limit, () -> !alive() || condition.getAsBoolean());
        if (!alive()) {
            throw new LabException(
                    name + " ended with " + process.exitValue() + " before " + what + "; its last lines:\n" + tail());
        }
        if (!settled) {
            throw new LabException("waited " + limit.toSeconds() + " s in vain for " + name + ": " + what
                    + "; its last lines:\n" + tail());
        }
    }

    /** Everything it has printed. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines it has printed, for messages. */
    public String tail() {
        String[] lines = log().split("\n", -1);
        int from = Math.max(0, lines.length - LINES_SHOWN);
        return String.join("\n", Arrays.asList(lines).subList(from, lines.length));
    }
}
