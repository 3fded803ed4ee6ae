package dev.pharos.lab.net;

import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A network namespace: one machine of the small internet. It goes when its run ends. */
public final class Namespace {
    /** Where {@code ip netns} looks for names. */
    private static final Path NAMED = Path.of("/run/netns");

    private final Run run;
    private final String name;
    private final String fullName;

    private Namespace(Run run, String name) {
        this.run = run;
        this.name = name;
        this.fullName = run.name(name);
    }

    /**
     * Makes it, with its loopback device up. Not by {@code ip netns add}: that steps back into the namespace it came
     * from, which a user without privileges does not own.
     */
    public static Namespace create(Run run, String name) {
        Namespace namespace = new Namespace(run, name);
        run.notes(namespace.fullName);
        try {
            Files.createDirectories(NAMED);
            Files.createFile(NAMED.resolve(namespace.fullName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.run("unshare", "--net=" + NAMED.resolve(namespace.fullName), "true");
        namespace.ip("link set lo up");
        return namespace;
    }

    /** Its name within the run, such as {@code rpi}. */
    public String name() {
        return name;
    }

    /** Its name on the machine, as {@code ip netns} lists it. */
    public String fullName() {
        return fullName;
    }

    /** Runs lines of {@code ip} commands (without the word ip), all or an error. */
    public void ip(String... lines) {
        Shell.run(List.of("ip", "-n", fullName, "-batch", "-"), String.join("\n", lines) + "\n");
    }

    /** Runs a command inside that has to succeed and returns what it printed. */
    public String run(String... command) {
        return Shell.run(inside(List.of(command)), "");
    }

    /** Runs a command inside that may fail. */
    public Shell.Result attempt(Duration limit, String... command) {
        return Shell.attempt(limit, inside(List.of(command)));
    }

    /** Loads nftables commands. */
    public void nft(String script) {
        Shell.run(inside(List.of("nft", "-f", "-")), script);
    }

    /** Starts a process inside that stays. */
    public Daemon start(String process, List<String> command, Map<String, String> environment) {
        return run.start(process, inside(command), environment);
    }

    /** Runs {@code task} on a thread of this namespace: sockets it opens belong here, wherever they are used later. */
    public <T> T open(Callable<T> task) {
        return ThreadNamespace.call(NAMED.resolve(fullName), task);
    }

    Run run() {
        return run;
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", fullName));
        whole.addAll(command);
        return whole;
    }
}
