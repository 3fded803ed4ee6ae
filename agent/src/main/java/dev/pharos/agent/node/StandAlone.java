package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.ConfigFile;
import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.Format;
import dev.pharos.agent.log.LibraryLogs;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.agent.status.LocalServer;
import dev.pharos.agent.status.StatusReport;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node that belongs to no control plane: its Nebula configuration file is all there is. Writes nothing outside its state
 * directory, and has one only to be asked for its status.
 */
public final class StandAlone {
    private ConfigFile running;
    private Optional<Node> node = Optional.empty();
    private Optional<Services> services = Optional.empty();
    private boolean reloadWanted;
    private final Optional<Path> stateDirectory;
    private final EventLog log;
    private final Optional<Format> format;

    /**
     * Reads the file.
     *
     * @param format of the log, whatever the file says
     * @throws AgentException at the first mistake in it
     */
    public StandAlone(Path file, Optional<Path> stateDirectory, EventLog log, Optional<Format> format)
            throws AgentException {
        this.running = ConfigFile.read(file);
        this.stateDirectory = stateDirectory;
        this.log = log;
        this.format = format;
    }

    /**
     * Reads a file and all that it names, and warns as a start would.
     *
     * @throws AgentException at the first mistake
     */
    public static void check(Path file, EventLog log) throws AgentException {
        StandAlone node = new StandAlone(file, Optional.empty(), log, Optional.empty());
        node.warn(node.running.config());
        log.info("configuration is valid", "file", file);
    }

    /**
     * Runs until the process is told to end.
     *
     * @throws AgentException when it cannot start
     */
    public void run() throws AgentException, InterruptedException {
        Signals signals = Signals.take(this::reload);
        LibraryLogs.writeTo(log);
        if (stateDirectory.isEmpty()) {
            runNode(signals);
            return;
        }
        try (StateDirectory state = StateDirectory.open(stateDirectory.get())) {
            state.lock();
            runNode(signals);
        }
    }

    /** A signal to end that comes while the node starts ends it as soon as it has. */
    private void runNode(Signals signals) throws AgentException, InterruptedException {
        ServiceManager serviceManager = ServiceManager.ofEnvironment(log);
        NodeSettings settings = settings(running.config());
        try (Node started = Node.start(settings, PeerMemory.EMPTY, InstantSource.system(), log, () -> {});
                Services services = new Services(started, log)) {
            services.apply(running.config().services());
            started(started, services);
            try (Closing _ = serveStatus(started, services)) {
                serviceManager.ready();
                signals.awaitEnd();
            }
            serviceManager.stopping();
        }
        log.info("node ended");
    }

    private synchronized void started(Node started, Services offered) {
        node = Optional.of(started);
        services = Optional.of(offered);
        if (reloadWanted) {
            reload();
        }
    }

    /** Something that is closed without complaint. */
    private interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    private Closing serveStatus(Node node, Services services) throws AgentException {
        if (stateDirectory.isEmpty()) {
            return () -> {};
        }
        var management = new Unmanaged(this::reload, services::displacedNames);
        LocalServer server = LocalServer.start(stateDirectory.get(), new NodeDaemon(() -> node, management, log), log);
        return server::close;
    }

    private NodeSettings settings(NebulaConfig config) throws AgentException {
        log.format(format.orElse(config.logging().format()))
                .least(config.logging().level())
                .timestamps(config.logging().timestamps());
        warn(config);
        return NebulaNode.settings(config);
    }

    private void warn(NebulaConfig config) {
        config.warnings().forEach(warning -> log.warning("configuration", "message", warning));
        warnOfOwnCertificates(config.identity());
    }

    /** Peers would refuse it without telling us. */
    private void warnOfOwnCertificates(Identity identity) {
        for (Certificate certificate : identity.certificates()) {
            switch (identity.authorities().verify(certificate, Instant.now(), identity.blocklist())) {
                case Verdict.Rejected rejected ->
                    log.warning("own certificate is of no use to peers", "why", rejected.message());
                case Verdict.Trusted _ -> {}
            }
        }
    }

    /** What cannot change while running stays as it was, and is told. A mistake changes nothing. */
    private synchronized void reload() {
        reloadWanted = node.isEmpty();
        if (reloadWanted) {
            return;
        }
        try {
            ConfigFile.Reread reread = running.again();
            NebulaConfig config = reread.file().config();
            Identity before = node.get().settings().identity();
            if (!config.identity().networks().equals(before.networks())) {
                log.error("configuration not reloaded", "why", "the certificate is for other addresses; restart");
                return;
            }
            node.get().apply(settings(config));
            services.ifPresent(offered -> offered.apply(config.services()));
            running = reread.file();
            reread.waiting()
                    .forEach(key -> log.warning("configuration", "message", key + " takes effect after a restart"));
            log.info("configuration reloaded");
        } catch (AgentException e) {
            log.error("configuration not reloaded", "why", e.getMessage());
        }
    }

    static final class Unmanaged implements NodeDaemon.Management {
        private final Runnable reload;
        private final LongSupplier displacedNames;

        Unmanaged(Runnable reload, LongSupplier displacedNames) {
            this.reload = reload;
            this.displacedNames = displacedNames;
        }

        @Override
        public void reload() {
            reload.run();
        }

        @Override
        public StatusReport.@Nullable Revision revision() {
            return null;
        }

        @Override
        public StatusReport.@Nullable ControlPlane controlPlane() {
            return null;
        }

        @Override
        public List<String> problems() {
            return List.of();
        }

        @Override
        public List<String> notices() {
            return List.of();
        }

        @Override
        public StatusReport.Limit names() {
            return new StatusReport.Limit("names", displacedNames.getAsLong());
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void leave() throws AgentException {
            throw new AgentException("this node runs from a configuration file and is in no managed network");
        }
    }
}
