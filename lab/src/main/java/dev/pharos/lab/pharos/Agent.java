package dev.pharos.lab.pharos;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.ResolverFile;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A Pharos agent on a machine of the lab. */
public final class Agent {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration COMMAND = Duration.ofSeconds(60);

    /** What an agent calls its device, unless its environment says otherwise. */
    private static final String DEVICE = "pharos0";

    private static final Duration READY = Duration.ofSeconds(30);

    private final Namespace at;
    private final Artefacts artefacts;
    private final Path state;
    private final String device;
    private final Optional<ResolverFile> resolver;
    private Optional<Daemon> daemon = Optional.empty();

    /**
     * An agent that has not been started, and leaves the resolver alone.
     *
     * @param state its state directory; need not exist
     */
    public Agent(Namespace at, Artefacts artefacts, Path state) {
        this(at, artefacts, state, DEVICE, Optional.empty());
    }

    /** One whose TUN device has another name than its neighbour's on the same machine. */
    public Agent(Namespace at, Artefacts artefacts, Path state, String device) {
        this(at, artefacts, state, device, Optional.empty());
    }

    /** One that tells the resolver of its machine. */
    public Agent(Namespace at, Artefacts artefacts, Path state, ResolverFile resolver) {
        this(at, artefacts, state, DEVICE, Optional.of(resolver));
    }

    private Agent(Namespace at, Artefacts artefacts, Path state, String device, Optional<ResolverFile> resolver) {
        this.at = at;
        this.artefacts = artefacts;
        this.state = state;
        this.device = device;
        this.resolver = resolver;
    }

    /** Enrols and runs; returns once its device is up. */
    public void up(String token) {
        try {
            Path file = Files.writeString(state.resolveSibling(at.name() + "-" + device + ".token"), token);
            launch("up", "--token-file", file.toString());
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs what was enrolled before. */
    public void run() {
        launch("run");
    }

    /** The power cut. */
    public void kill() {
        running().kill();
        daemon = Optional.empty();
    }

    /** Asks it to end and returns its exit code. */
    public int stop() {
        int exit = running().stop();
        daemon = Optional.empty();
        return exit;
    }

    /** The machine it runs on. */
    public Namespace place() {
        return at;
    }

    /**
     * Its process.
     *
     * @throws LabException when it does not run
     */
    public Daemon process() {
        return running();
    }

    /** What it says of itself; empty while it does not answer. */
    public Optional<AgentStatus> status() {
        Shell.Result result = at.attempt(COMMAND, command("status", "--json").toArray(String[]::new));
        try {
            return result.succeeded() ? Optional.of(new AgentStatus(JSON.readTree(result.text()))) : Optional.empty();
        } catch (JacksonException e) {
            throw new LabException("the status of " + at.name() + " is not JSON: " + result.text(), e);
        }
    }

    private void launch(String... arguments) {
        Map<String, String> environment = new HashMap<>();
        if (resolver.isEmpty()) {
            environment.put("PHAROS_RESOLVER", "off");
        }
        if (!device.equals(DEVICE)) {
            environment.put("PHAROS_DEVICE", device);
        }
        List<String> command = command(arguments);
        Daemon started = at.start(
                device.equals(DEVICE) ? at.name() : at.name() + "-" + device,
                resolver.map(file -> file.around(command)).orElse(command),
                environment);
        daemon = Optional.of(started);
        started.awaitReady("its device to be up", READY, this::hasDevice);
    }

    /** Cheaper to ask for than its status, which takes a process that has to start; it comes up with the first bundle. */
    private boolean hasDevice() {
        return at.attempt(COMMAND, "ip", "-brief", "link", "show", "up", "dev", device)
                .text()
                .startsWith(device);
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(artefacts.agent());
        command.addAll(List.of(arguments));
        command.addAll(List.of("--state-dir", state.toString()));
        return command;
    }

    private Daemon running() {
        return daemon.orElseThrow(() -> new LabException(at.name() + " does not run"));
    }
}
