package dev.pharos.agent.console;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.pharos.agent.AgentException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jdk.jfr.Recording;

/**
 * Where the process spends its time, where its threads wait for each other, and what is in its memory: the JVM's means in
 * place of Go's profiles. Recordings hold stacks of this program and nothing that is a secret: their events are chosen here
 * one by one, as the JVM's own choice includes the environment. Each goes to a file of its owner alone, which must not be
 * there yet. Called from any thread.
 */
final class Profiles {
    private static final Duration SAMPLE = Duration.ofMillis(10);
    private static final List<String> SAMPLED = List.of("jdk.ExecutionSample", "jdk.NativeMethodSample");
    private static final List<String> WAITING = List.of("jdk.JavaMonitorEnter", "jdk.ThreadPark");
    private static final String OWNER_ONLY = "rw-------";

    /** Kept in memory; the oldest samples go when it is full. */
    private record Profile(Recording recording, Path file) {}

    @FunctionalInterface
    private interface Content {
        void writeTo(Path file) throws IOException;
    }

    private Optional<Profile> processor = Optional.empty();
    private Optional<Recording> locks = Optional.empty();
    private int fraction;

    synchronized String startProcessor(String name) throws AgentException {
        if (processor.isPresent()) {
            throw new AgentException("A cpu profile is already under way; issue stop-cpu-profile first");
        }
        Path file = newFile(name);
        Recording recording = recording();
        SAMPLED.forEach(event -> recording.enable(event).withPeriod(SAMPLE));
        recording.start();
        processor = Optional.of(new Profile(recording, file));
        return "Started cpu profile, issue stop-cpu-profile to write the output to " + file + "\n";
    }

    /** What cannot be written goes on, so that another try can. */
    synchronized String stopProcessor() throws AgentException {
        Profile profile = processor.orElseThrow(() -> new AgentException("No cpu profile is under way"));
        save(profile.file(), profile.recording()::dump);
        profile.recording().close();
        processor = Optional.empty();
        return "CPU profile created at " + profile.file() + "\n";
    }

    static String saveHeap(String name) throws AgentException {
        Path file = newFile(name);
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        save(file, written -> machine.dumpHeap(written.toString(), true));
        return "Mem profile created at " + file + "; it holds this host's private key\n";
    }

    /** @param value 0 for off; the JVM knows every wait and no fraction, so that any other number turns it on */
    synchronized String fraction(Optional<String> value) throws AgentException {
        if (value.isEmpty()) {
            return "Current value: " + fraction + "\n";
        }
        int before = fraction;
        fraction = number(value.get());
        if (fraction == 0) {
            locks.ifPresent(Recording::close);
            locks = Optional.empty();
        } else if (locks.isEmpty()) {
            Recording recording = recording();
            WAITING.forEach(event -> recording.enable(event).withThreshold(Duration.ZERO));
            recording.start();
            locks = Optional.of(recording);
        }
        return "New value: " + fraction + ". Old value: " + before + "\n";
    }

    synchronized String saveLocks(String name) throws AgentException {
        Recording recording = locks.orElseThrow(
                () -> new AgentException("Nothing was recorded; issue mutex-profile-fraction 1 first"));
        Path file = newFile(name);
        save(file, recording::dump);
        return "Mutex profile created at " + file + "\n";
    }

    private static Recording recording() {
        Recording recording = new Recording();
        recording.setToDisk(false);
        return recording;
    }

    private static int number(String text) throws AgentException {
        try {
            return Math.max(Integer.parseInt(text), 0);
        } catch (NumberFormatException e) {
            throw new AgentException("Invalid argument: " + text, e);
        }
    }

    /** Said before anything is recorded rather than after. */
    private static Path newFile(String name) throws AgentException {
        Path file = Path.of(name).normalize();
        Path directory = file.getParent();
        if (!file.isAbsolute() || directory == null) {
            throw new AgentException(
                    "The path of the profile must be absolute, as the agent writes it, which runs elsewhere: " + name);
        }
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new AgentException(
                    "The agent cannot write to " + directory + "; its state directory is one where it can");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw alreadyThere(file);
        }
        return file;
    }

    /** Written in a directory that nobody else can enter, and moved when it has its mode. */
    private static void save(Path file, Content content) throws AgentException {
        try {
            Path own = Files.createTempDirectory(file.getParent(), ".profile");
            Path written = own.resolve("profile.hprof"); // the JVM dumps its heap under no other ending
            try {
                content.writeTo(written);
                Files.setPosixFilePermissions(written, PosixFilePermissions.fromString(OWNER_ONLY));
                Files.move(written, file);
            } finally {
                Files.deleteIfExists(written);
                Files.delete(own);
            }
        } catch (FileAlreadyExistsException e) {
            throw alreadyThere(file);
        } catch (IOException e) {
            throw new AgentException("Unable to write the profile to " + file + ": " + e.getMessage(), e);
        }
    }

    private static AgentException alreadyThere(Path file) {
        return new AgentException("There is already a file " + file + ", which is not overwritten");
    }
}
