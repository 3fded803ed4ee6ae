package dev.pharos.lab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One use of the lab, from an empty machine to an empty machine. Everything it makes is named after it and written to
 * its record first, so {@link #close} leaves nothing behind, and neither does a run that was killed once the next one
 * has begun. Several runs may live beside each other.
 */
public final class Run implements AutoCloseable {
    private static final Duration LOOK_UP = Duration.ofSeconds(5);

    private final String id;
    private final Path directory;
    private final RunRecord record;
    private boolean closed;

    private Run(String id, Path directory) {
        this.id = id;
        this.directory = directory;
        this.record = new RunRecord(directory);
    }

    /** Clears away what killed runs left behind and begins a new one. */
    public static synchronized Run begin() {
        Path home = home();
        clearDeadRuns(home);
        String id = Integer.toString(new SecureRandom().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
        try {
            Path directory = Files.createDirectory(home.resolve(id), ownerOnly());
            Run run = new Run(id, directory);
            run.record.owner(ProcessId.of(ProcessHandle.current().pid()).orElseThrow());
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory under " + home, e);
        }
    }

    /** Ends and removes everything of this run; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            record.clear();
        }
    }

    /** A name on this machine that no other run uses, such as {@code ph-x1y2-anchor}. */
    public String name(String suffix) {
        return "ph-" + id + "-" + suffix;
    }

    /** Notes a network namespace that is about to be made. */
    public void notes(String namespace) {
        record.namespace(namespace);
    }

    /** Notes a system account that a program of this run makes where there is none yet, so that it goes with the run. */
    public void mayMakeAccount(String name) {
        if (!Shell.attempt(LOOK_UP, List.of("id", "-u", name)).succeeded()) {
            record.account(name);
        }
    }

    /** A directory of this run, made when it does not exist, readable by its owner alone. */
    public Path directory(String name) {
        Path wanted = directory.resolve(name);
        try {
            return Files.isDirectory(wanted) ? wanted : Files.createDirectories(wanted, ownerOnly());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a process that stays. Its two output streams go to {@code NAME.log} in the directory {@code log}, behind
     * what an earlier process of that name wrote.
     */
    public Daemon start(String name, List<String> command, Map<String, String> environment) {
        Path log = directory("log").resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        synchronized (this) {
            if (closed) {
                throw new LabException("the run has ended, " + name + " is not started any more");
            }
            try {
                Daemon daemon = new Daemon(name, builder.start(), log);
                daemon.id().ifPresent(record::process);
                return daemon;
            } catch (IOException e) {
                throw new LabException("cannot start " + name + ": " + e.getMessage(), e);
            }
        }
    }

    private static void clearDeadRuns(Path home) {
        try (Stream<Path> runs = Files.list(home)) {
            runs.filter(Files::isDirectory)
                    .map(RunRecord::new)
                    .filter(run -> !run.ownerAlive())
                    .forEach(RunRecord::clear);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path home() {
        String wanted = Optional.ofNullable(System.getenv("PHAROS_LAB_DIR"))
                .orElse("/tmp/pharos-lab-" + System.getProperty("user.name"));
        try {
            Path home = Path.of(wanted);
            return Files.isDirectory(home) ? home : Files.createDirectories(home, ownerOnly());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + wanted, e);
        }
    }

    private static FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    }
}
