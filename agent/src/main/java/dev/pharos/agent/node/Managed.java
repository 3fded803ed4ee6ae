package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.ControlLink;
import dev.pharos.agent.control.Enforcer;
import dev.pharos.agent.control.LinkState;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.dataplane.DataPlane;
import dev.pharos.agent.forwarding.ForwardingRecord;
import dev.pharos.agent.forwarding.SubnetRouter;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.LibraryLogs;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.agent.mesh.PeerStatus;
import dev.pharos.agent.names.NameService;
import dev.pharos.agent.names.ResolverRecord;
import dev.pharos.agent.status.LocalServer;
import dev.pharos.agent.status.StatusReport;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.PeerPath;
import dev.pharos.protocol.bundle.Revision;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An enrolled host: enforces the bundle on its disk from the first moment, and each next one that the control plane
 * signs. Nothing that the control plane answers or leaves unanswered ends it.
 */
public final class Managed {
    private static final Duration CONTROL_PLANE_PATIENCE = Duration.ofHours(1);

    private final StateDirectory state;
    private final EventLog log;
    private final DataPlane.DeviceMaker devices;

    public Managed(StateDirectory state, EventLog log) {
        this(state, log, DataPlane::prepare);
    }

    /** On devices that are made otherwise. */
    Managed(StateDirectory state, EventLog log, DataPlane.DeviceMaker devices) {
        this.state = state;
        this.log = log;
        this.devices = devices;
    }

    /**
     * Runs until the process is told to end, or the host leaves.
     *
     * @throws AgentException when it cannot start: not enrolled, damaged, or a device or port missing
     */
    public void run() throws AgentException, InterruptedException {
        LibraryLogs.writeTo(log);
        state.lock();
        ServiceManager serviceManager = ServiceManager.ofEnvironment(log);
        Signals signals = Signals.take(() -> log.info("nothing to reload, the control plane says what is to be done"));
        try (ControlLink link = ControlLink.open(state, log, InstantSource.system(), new SecureRandom());
                Running running = new Running(link)) {
            running.onLeave = signals::end;
            try (LocalServer _ = LocalServer.start(state.path(), new NodeDaemon(running::node, running, log), log)) {
                link.start(running);
                serviceManager.ready();
                signals.awaitEnd();
            }
            serviceManager.stopping();
        }
        log.info("node ended");
    }

    /**
     * The node as it is now; a bundle that changes device or port puts another in its place, while nobody else asks the one
     * that goes.
     */
    private final class Running implements Enforcer, NodeDaemon.Management, AutoCloseable {
        private final ControlLink link;
        private final MemoryFile memory;
        private final SubnetRouter router;
        private final NameService names;
        private final StrangerCheck strangers;
        private volatile Node node;
        private volatile Runnable onLeave = () -> {};

        private Running(ControlLink link) throws AgentException {
            this.link = link;
            link.requireKeyOfCertificate();
            memory = new MemoryFile(state);
            router = new SubnetRouter(state.file("forwarding", ForwardingRecord.class), log);
            names = new NameService(state.file("resolver", ResolverRecord.class), log);
            node = startNode(ManagedNode.settings(link.bundle(), link), memory.read());
            memory.keep(this::memory);
            strangers = StrangerCheck.start(this::node, log);
            serve(link.bundle());
        }

        private Node startNode(NodeSettings settings, PeerMemory remembered) throws AgentException {
            return Node.start(settings, remembered, this::now, log, this::moved, devices);
        }

        /** What the machine does beside the tunnels. */
        private void serve(Bundle bundle) {
            OwnPart own = bundle.own();
            String device = node.deviceName().orElse("");
            router.apply(own.forwarding(), device, own.addresses());
            names.apply(bundle.names(), device, own.addresses());
            strangers.lookSoon();
        }

        Node node() {
            return node;
        }

        private void moved() {
            log.info("addresses of this machine changed");
            link.networkChanged();
        }

        @Override
        public Prepared prepare(Bundle bundle) throws AgentException {
            NodeSettings next = ManagedNode.settings(bundle, link);
            return () -> {
                enforce(next);
                serve(bundle);
            };
        }

        private synchronized PeerMemory memory() {
            return node.memory();
        }

        private synchronized void enforce(NodeSettings next) {
            NodeSettings before = node.settings();
            if (!before.needsRestartFor(next)) {
                node.apply(next);
                return;
            }
            log.info("device or port change, starting anew");
            try {
                restart(next);
            } catch (AgentException e) {
                log.error("the new device or port cannot be had, going on with the old ones", "why", e.getMessage());
                goBack(before);
            }
        }

        private void restart(NodeSettings settings) throws AgentException {
            PeerMemory remembered = node.memory();
            node.close();
            node = startNode(settings, remembered);
        }

        private void goBack(NodeSettings settings) {
            try {
                node = startNode(settings, memory.read());
            } catch (AgentException e) {
                log.error("the old device or port cannot be had either, ending", "why", e.getMessage());
                onLeave.run();
            }
        }

        @Override
        public synchronized List<HostReport.Peer> peers() {
            return node.peers().stream().map(this::report).toList();
        }

        @Override
        public List<String> unmet() {
            return Stream.concat(router.unmet().stream(), names.unmet().stream())
                    .toList();
        }

        private HostReport.Peer report(PeerStatus peer) {
            return new HostReport.Peer(
                    peer.addresses().getFirst(),
                    peer.relay().map(PeerPath::via).orElse(PeerPath.DIRECT),
                    peer.endpoint(),
                    ManagedNode.told(node.reachedBy(peer)),
                    ManagedNode.told(node.answers(peer, strangers.answering())),
                    peer.roundTripNanos().isPresent()
                            ? Optional.of(peer.roundTripNanos().getAsLong() / 1e6)
                            : Optional.empty(),
                    Optional.of(peer.lastHandshake()),
                    Optional.of(peer.lastHeard()),
                    peer.bytesIn(),
                    peer.bytesOut());
        }

        @Override
        public StatusReport.Limit names() {
            return new StatusReport.Limit("questions for names", names.turnedAway());
        }

        @Override
        public StatusReport.Revision revision() {
            Revision revision = link.bundle().manifest().revision();
            return new StatusReport.Revision(revision.epoch(), revision.number());
        }

        @Override
        public StatusReport.ControlPlane controlPlane() {
            LinkState now = link.state();
            return new StatusReport.ControlPlane(now.connected(), now.url(), now.since());
        }

        @Override
        public List<String> problems() {
            LinkState now = link.state();
            List<String> problems = new ArrayList<>(unmet());
            if (isGoneForLong(now)) {
                now.trouble().ifPresent(why -> problems.add(trouble(now, why)));
            }
            now.refused()
                    .ifPresent(refused ->
                            problems.add("revision " + refused.revision() + " is not enforced: " + refused.reason()));
            return problems;
        }

        @Override
        public List<String> notices() {
            LinkState now = link.state();
            return isGoneForLong(now)
                    ? List.of()
                    : now.trouble().map(why -> trouble(now, why)).stream().toList();
        }

        private static String trouble(LinkState now, String why) {
            return "control plane " + now.url() + ": " + why;
        }

        /** No tunnel needs it; a person should look when it does not come back by itself. */
        private static boolean isGoneForLong(LinkState now) {
            return !now.connected() && now.since().isBefore(Instant.now().minus(CONTROL_PLANE_PATIENCE));
        }

        /** A machine without a battery clock wakes in 1970; the bundle knows better. */
        @Override
        public Instant now() {
            Instant system = Instant.now();
            Instant issued = link.bundle().manifest().issuedAt();
            return system.isBefore(issued) ? issued : system;
        }

        @Override
        public void reload() throws AgentException {
            throw new AgentException("nothing to reload: the control plane says what is to be done");
        }

        @Override
        public void leave() throws AgentException {
            link.leave();
            onLeave.run();
        }

        @Override
        public void close() {
            strangers.close();
            memory.close();
            names.close();
            router.close();
            node.close();
        }
    }
}
