package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a host keeps across restarts, mode 0700, one running agent at a time:
 *
 * <ul>
 *   <li>{@code identity}, mode 0600: its keys and whose word it takes
 *   <li>{@code identity.enrolling}: the same while the control plane has not answered; an interrupted enrolment goes on
 *       with these keys, so that a token for one host is not used up by it twice
 *   <li>{@code bundle}: the configuration it enforces, whole
 *   <li>{@code peers}: where others were last heard, hints only
 *   <li>{@code forwarding}, {@code resolver}: how the machine was before this agent changed it
 *   <li>{@code lock}, {@code agent.sock}: of the running agent
 * </ul>
 *
 * Each file is replaced as {@link AtomicFile} says, so any moment's power cut leaves a directory that works.
 */
public final class StateDirectory implements AutoCloseable {
    private final Path directory;
    private final boolean made;
    private @Nullable FileChannel lock;

    private StateDirectory(Path directory, boolean made) {
        this.directory = directory;
        this.made = made;
    }

    /**
     * Opens the directory, and makes it if it does not exist.
     *
     * @throws AgentException when it cannot be made or is not ours
     */
    public static StateDirectory open(Path directory) throws AgentException {
        try {
            boolean made = Files.notExists(directory);
            if (made) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (!Files.isDirectory(directory)) {
                throw new AgentException(directory + " is no directory; choose another --state-dir");
            }
            if (!Files.isWritable(directory)) {
                throw new AccessDeniedException(directory.toString());
            }
            return new StateDirectory(directory.toAbsolutePath(), made);
        } catch (AccessDeniedException e) {
            throw new AgentException("permission denied: " + directory + "; run as root or choose another --state-dir");
        } catch (IOException e) {
            throw new AgentException("cannot use the state directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens the directory of a host that has enrolled.
     *
     * @throws AgentException with {@link ExitCode#NOT_ENROLLED} when it does not exist
     */
    public static StateDirectory openExisting(Path directory) throws AgentException {
        if (Files.notExists(directory)) {
            throw notEnrolled(directory);
        }
        return open(directory);
    }

    static AgentException notEnrolled(Path directory) {
        return new AgentException(
                ExitCode.NOT_ENROLLED,
                "this host is not enrolled (" + directory
                        + ") and no agent runs there; run: pharos-agent up --token TOKEN");
    }

    public Path path() {
        return directory;
    }

    /**
     * Makes this process the one that runs on the directory, until {@link #close}.
     *
     * @throws AgentException when another one does
     */
    public void lock() throws AgentException {
        if (lock != null) {
            return;
        }
        try {
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = channel.tryLock();
            if (held == null) {
                channel.close();
                throw new AgentException(
                        "another agent runs on " + directory + "; stop it or choose another --state-dir");
            }
            lock = channel;
        } catch (IOException e) {
            throw new AgentException("cannot lock " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Who this host is; empty when it has not enrolled.
     *
     * @throws DamagedStateException when it had, and the file is gone or not readable as what it was
     */
    Optional<HostIdentity> identity() throws AgentException {
        Optional<HostIdentity> identity = readIdentity("identity");
        if (identity.isEmpty() && Files.exists(directory.resolve("bundle"))) {
            throw new DamagedStateException(
                    directory.resolve("identity"), "it is missing, although this host had enrolled");
        }
        if (identity.isPresent() && identity.get().host().isEmpty()) {
            throw new DamagedStateException(directory.resolve("identity"), "it does not say which host this is");
        }
        return identity;
    }

    boolean isEnrolled() throws AgentException {
        return identity().isPresent();
    }

    /**
     * Does nothing on a host that has enrolled.
     *
     * @throws AgentException with {@link ExitCode#NOT_ENROLLED} on any other
     */
    public void requireEnrolled() throws AgentException {
        if (!isEnrolled()) {
            throw notEnrolled(directory);
        }
    }

    void writeIdentity(HostIdentity identity) throws AgentException {
        write("identity", ControlJson.write(identity));
    }

    /** The keys of an enrolment that was begun. */
    Optional<HostIdentity> enrolling() throws AgentException {
        return readIdentity("identity.enrolling");
    }

    void writeEnrolling(HostIdentity identity) throws AgentException {
        write("identity.enrolling", ControlJson.write(identity));
    }

    void deleteEnrolling() throws AgentException {
        delete("identity.enrolling");
    }

    /** Leaves the disk as it was before an enrolment that was refused. */
    void abandon() throws AgentException {
        deleteEnrolling();
        try {
            Files.deleteIfExists(directory.resolve("lock"));
            if (made) {
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new AgentException("cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The bundle that is enforced, as it was when it was accepted. */
    EnrollmentAnswer bundle() throws AgentException {
        return parse("bundle", EnrollmentAnswer.class, ControlJson.MAX_ANSWER_BYTES)
                .orElseThrow(() -> new DamagedStateException(directory.resolve("bundle"), "it is missing"));
    }

    void writeBundle(EnrollmentAnswer bundle) throws AgentException {
        write("bundle", ControlJson.write(bundle));
    }

    DamagedStateException damaged(String file, String reason) {
        return new DamagedStateException(directory.resolve(file), reason);
    }

    /** What was remembered of peers; nothing when it cannot be read, as these are only hints. */
    public Optional<byte[]> peers() {
        try {
            return read("peers");
        } catch (AgentException e) {
            return Optional.empty();
        }
    }

    /** Remembers it. */
    public void writePeers(byte[] peers) throws AgentException {
        write("peers", peers);
    }

    /**
     * What an agent changed on its machine, for whoever has to put it back.
     *
     * @param type a record that {@link ControlJson} writes
     */
    public <T> StateFile<T> file(String name, Class<T> type) {
        return new StateFile<>(this, name, type);
    }

    <T> Optional<T> read(String file, Class<T> type) throws AgentException {
        return parse(file, type, ControlJson.MAX_ENVELOPE_BYTES);
    }

    <T> void write(String file, T value) throws AgentException {
        write(file, ControlJson.write(value));
    }

    /** Removes every trace of the host, its keys first. */
    void wipe() throws AgentException {
        delete("identity");
        delete("identity.enrolling");
        delete("bundle");
        delete("peers");
    }

    private Optional<HostIdentity> readIdentity(String file) throws AgentException {
        Optional<HostIdentity> identity = parse(file, HostIdentity.class, ControlJson.MAX_ENVELOPE_BYTES);
        if (identity.isPresent() && identity.get().version() != HostIdentity.VERSION) {
            throw new AgentException(
                    directory.resolve(file) + " was written by a newer version of the agent; update this one");
        }
        return identity;
    }

    private <T> Optional<T> parse(String file, Class<T> type, int maxBytes) throws AgentException {
        Optional<byte[]> content = read(file);
        try {
            return content.isEmpty() ? Optional.empty() : Optional.of(ControlJson.read(type, content.get(), maxBytes));
        } catch (MalformedException e) {
            throw new DamagedStateException(directory.resolve(file), "not what this agent wrote");
        }
    }

    private Optional<byte[]> read(String file) throws AgentException {
        Path path = directory.resolve(file);
        try {
            return Files.exists(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
        } catch (IOException e) {
            throw new AgentException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private void write(String file, byte[] content) throws AgentException {
        try {
            AtomicFile.write(directory.resolve(file), content);
        } catch (IOException e) {
            throw new AgentException("cannot write " + directory.resolve(file) + ": " + e.getMessage(), e);
        }
    }

    void delete(String file) throws AgentException {
        try {
            AtomicFile.delete(directory.resolve(file));
        } catch (IOException e) {
            throw new AgentException("cannot remove " + directory.resolve(file) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        FileChannel held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
