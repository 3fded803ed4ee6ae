package dev.pharos.agent.names;

import dev.pharos.agent.control.StateFile;
import dev.pharos.agent.linux.Program;
import dev.pharos.agent.log.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which resolver this machine has. */
final class Resolvers {
    /** {@code off} leaves the resolver alone. */
    private static final String SWITCH = "PHAROS_RESOLVER";

    /** Where systemd-resolved listens, and says so in resolv.conf when it is the resolver (systemd-resolved(8)). */
    private static final String STUB = "nameserver 127.0.0.53";

    private static final Path OWN_NETWORK = Path.of("/proc/self/ns/net");
    private static final Path FIRST_NETWORK = Path.of("/proc/1/ns/net");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private Resolvers() {}

    static @Nullable HostResolver choose(StateFile<ResolverRecord> kept, EventLog log) {
        if ("off".equals(System.getenv(SWITCH))) {
            log.info("the resolver is left alone", "because", SWITCH + "=off");
            return null;
        }
        if (isSharedWithOtherNetworks()) {
            log.info(
                    "the resolver is left alone",
                    "because",
                    ResolvConf.FILE
                            + " belongs to other network namespaces too; give this one its own under /etc/netns");
            return null;
        }
        if (usesResolved() && Program.exists(SystemdResolved.PROGRAM)) {
            return new SystemdResolved();
        }
        return new ResolvConf(ResolvConf.FILE, kept, log);
    }

    private static boolean usesResolved() {
        try {
            return Files.readString(ResolvConf.FILE)
                    .lines()
                    .anyMatch(line -> line.strip().equals(STUB));
        } catch (IOException e) {
            return false;
        }
    }

    /** A network namespace made by ip-netns(8) shares the files of the machine, but for those that are mounted over them. */
    private static boolean isSharedWithOtherNetworks() {
        Optional<Path> first = link(FIRST_NETWORK);
        return first.isPresent() && !first.equals(link(OWN_NETWORK)) && !isMount(ResolvConf.FILE);
    }

    /** Empty where we may not look; then it is the machine's own network, as that of a service usually is. */
    private static Optional<Path> link(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isMount(Path file) {
        try {
            return Files.readString(MOUNTS).lines().anyMatch(line -> line.split(" ", -1)[4].equals(file.toString()));
        } catch (IOException e) {
            return false;
        }
    }
}
