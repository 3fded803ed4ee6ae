package dev.pharos.lab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one run has made, written down before or as soon as it exists, so that a run which was killed can be cleared
 * away by the next one. One line each: {@code owner PID START}, {@code process PID START}, {@code namespace NAME},
 * {@code account NAME}.
 */
final class RunRecord {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration WRITING = Duration.ofMinutes(1);

    private final Path directory;
    private final Path file;

    RunRecord(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("record");
    }

    void owner(ProcessId process) {
        write("owner " + process.pid() + " " + process.startTicks());
    }

    void process(ProcessId process) {
        write("process " + process.pid() + " " + process.startTicks());
    }

    void namespace(String name) {
        write("namespace " + name);
    }

    void account(String name) {
        write("account " + name);
    }

    /** Whether its owner lives; a directory without a record may be one whose owner is about to write it. */
    boolean ownerAlive() {
        return Files.exists(file) ? processes("owner").stream().anyMatch(ProcessId::alive) : isYoung();
    }

    private boolean isYoung() {
        try {
            return Files.getLastModifiedTime(directory)
                    .toInstant()
                    .plus(WRITING)
                    .isAfter(Instant.now());
        } catch (IOException _) {
            return true; // Gone already: somebody else clears it.
        }
    }

    /** Ends every process and removes every namespace and file of the run. */
    void clear() {
        List<ProcessId> processes = processes("process");
        processes.forEach(process ->
                ProcessHandle.of(process.pid()).filter(_ -> process.alive()).ifPresent(ProcessHandle::destroy));
        processes.forEach(process -> process.end(GRACE));
        names("namespace").forEach(RunRecord::remove);
        names("account").forEach(RunRecord::removeAccount);
        deleteTree();
    }

    private static void remove(String namespace) {
        if (!Files.exists(Path.of("/run/netns", namespace))) {
            return;
        }
        Shell.attempt(GRACE, List.of("ip", "netns", "pids", namespace))
                .text()
                .lines()
                .map(Long::parseLong)
                .map(ProcessId::of)
                .flatMap(Optional::stream)
                .forEach(process -> process.end(Duration.ZERO));
        Shell.run("ip", "netns", "del", namespace);
    }

    /** Left in place while another run's processes have it: the command refuses then. */
    private static void removeAccount(String name) {
        Shell.attempt(GRACE, List.of("userdel", name));
    }

    private List<ProcessId> processes(String kind) {
        return lines(kind)
                .map(words -> new ProcessId(Long.parseLong(words[1]), Long.parseLong(words[2])))
                .toList();
    }

    private List<String> names(String kind) {
        return lines(kind).map(words -> words[1]).toList();
    }

    private Stream<String[]> lines(String kind) {
        try {
            return !Files.exists(file)
                    ? Stream.empty()
                    : Files.readAllLines(file).stream()
                            .map(line -> line.split(" ", -1))
                            .filter(words -> words[0].equals(kind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void write(String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteTree() {
        List<Path> deepestFirst = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(deepestFirst::add);
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException _) {
            return; // Another run clears the same one away.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}
