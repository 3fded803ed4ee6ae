package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
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
import org.jspecify.annotations.Nullable;

/**
 * A node that belongs to no control plane: its Nebula configuration file is all there is. Writes nothing outside its state
 * directory, and has one only to be asked for its status.
 */
public final class StandAlone {
    private final Path file;
    private final Optional<Path> stateDirectory;
    private final EventLog log;
    private final Optional<Format> format;

    /** @param format of the log, whatever the file says */
    public StandAlone(Path file, Optional<Path> stateDirectory, EventLog log, Optional<Format> format) {
        this.file = file;
        this.stateDirectory = stateDirectory;
        this.log = log;
        this.format = format;
    }

    /**
     * Runs until the process is told to end.
     *
     * @throws AgentException when it cannot start
     */
    public void run() throws AgentException, InterruptedException {
        LibraryLogs.writeTo(log);
        NodeSettings settings = read();
        if (stateDirectory.isEmpty()) {
            runNode(settings);
            return;
        }
        try (StateDirectory state = StateDirectory.open(stateDirectory.get())) {
            state.lock();
            runNode(settings);
        }
    }

    private void runNode(NodeSettings settings) throws AgentException, InterruptedException {
        ServiceManager serviceManager = ServiceManager.ofEnvironment(log);
        try (Node node = Node.start(settings, PeerMemory.EMPTY, InstantSource.system(), log, () -> {})) {
            Signals signals = Signals.take(() -> reload(node));
            try (Closing _ = serveStatus(node)) {
                serviceManager.ready();
                signals.awaitEnd();
            }
            serviceManager.stopping();
        }
        log.info("node ended");
    }

    /** Something that is closed without complaint. */
    private interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    private Closing serveStatus(Node node) throws AgentException {
        if (stateDirectory.isEmpty()) {
            return () -> {};
        }
        LocalServer server = LocalServer.start(stateDirectory.get(), new NodeDaemon(() -> node, new Unmanaged()), log);
        return server::close;
    }

    private NodeSettings read() throws AgentException {
        NebulaConfig config = NebulaConfig.read(file);
        log.format(format.orElse(config.logging().format()))
                .least(config.logging().level());
        config.warnings().forEach(warning -> log.warning("configuration", "message", warning));
        warnOfOwnCertificates(config.identity());
        return NebulaNode.settings(config);
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

    /** What cannot change while running stays as it was, and is told. */
    private void reload(Node node) {
        try {
            NodeSettings next = read();
            NodeSettings before = node.settings();
            if (!next.identity().networks().equals(before.identity().networks())) {
                log.error("configuration not reloaded", "why", "the certificate is for other addresses; restart");
                return;
            }
            if (before.needsRestartFor(next)) {
                log.warning(
                        "configuration", "message", "changes of listen, tun and cipher take effect after a restart");
            }
            node.apply(next);
            log.info("configuration reloaded");
        } catch (AgentException e) {
            log.error("configuration not reloaded", "why", e.getMessage());
        }
    }

    static final class Unmanaged implements NodeDaemon.Management {
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
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void leave() throws AgentException {
            throw new AgentException("this node runs from a configuration file and is in no managed network");
        }
    }
}
