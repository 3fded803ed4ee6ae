package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NameLookup;
import dev.pharos.agent.dataplane.DataPlane;
import dev.pharos.agent.dataplane.DataPlaneCounters;
import dev.pharos.agent.dataplane.DataPlaneListener;
import dev.pharos.agent.dataplane.DataPlaneSettings;
import dev.pharos.agent.dataplane.FirewallFilter;
import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.dataplane.WarmUp;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.linux.DefaultRoutes;
import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.LimitStatus;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.agent.mesh.OwnView;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.agent.mesh.PeerStatus;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.agent.stats.Samples;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A running mesh with its firewall, device and socket. The mesh belongs to the loop's thread; a thread here does what
 * blocks or is due now and then: names, interfaces, the wall clock.
 */
final class Node implements AutoCloseable {
    /** As long as the first handshakes take, on a slow network. */
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private static final Duration UPKEEP_INTERVAL = Duration.ofSeconds(30);

    private final EventLog log;
    private final InstantSource wall;
    private final Pings pings = new Pings();

    /** The machine's links, the meaning of a name, or our settings changed. */
    private final Semaphore wake = new Semaphore(0);

    private final Limits limits = new Limits();
    private final Samples handshakeTimes = new Samples();
    private final AtomicLong handshakesTimedOut = new AtomicLong();
    private final AtomicInteger ruleChanges = new AtomicInteger(1);
    private final Resolver resolver = new Resolver(wake::release);
    private final UnderlayEndpoint listen;

    /** One for each event loop. */
    private final List<FirewallFilter> filters;

    private final DataPlane plane;
    private final Runnable onMove;
    private volatile NodeSettings settings;
    private volatile boolean lookUpSoon = true;
    private List<UnderlayEndpoint> locals = List.of();
    private List<String> defaultRoutes = List.of();
    private volatile List<GatewayRoute> learned = List.of();
    private List<String> lastUnresolved = List.of();
    private final Thread upkeep;

    private Node(
            NodeSettings settings, InstantSource wall, EventLog log, Runnable onMove, DataPlane.DeviceMaker devices)
            throws AgentException {
        this.settings = settings;
        this.wall = wall;
        this.log = log;
        this.onMove = onMove;
        filters = IntStream.range(0, settings.loops())
                .mapToObj(_ -> new FirewallFilter(
                        new Firewall(settings.rules(), settings.connections(), new SecureRandom().nextLong())))
                .toList();
        try {
            listen = resolve(settings.listen());
            plane = DataPlane.open(
                    new DataPlaneSettings(
                            settings.device(),
                            listen,
                            settings.socket(),
                            settings.offloads(),
                            settings.loops(),
                            settings.routes().table(settings.identity().networks(), List.of()),
                            settings.routes().system().orElse(0)),
                    new Listener(new EventWriter(log)),
                    devices);
        } catch (LinuxException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
        upkeep = Thread.ofVirtual().name("upkeep").unstarted(this::keepUp);
    }

    private static UnderlayEndpoint resolve(HostPort listen) throws AgentException {
        try {
            return UnderlayEndpoint.of(InetAddress.getAllByName(listen.host())[0].getAddress(), listen.port());
        } catch (UnknownHostException e) {
            throw new AgentException("cannot listen on " + listen + ": the name has no address", e);
        }
    }

    /**
     * Takes device and port, and begins.
     *
     * @param memory where peers were in an earlier life
     * @param wall the time by which certificates are judged
     * @param onMove told when this machine's addresses changed
     * @throws AgentException when something is missing or taken; the message says what
     */
    static Node start(NodeSettings settings, PeerMemory memory, InstantSource wall, EventLog log, Runnable onMove)
            throws AgentException {
        Node node = new Node(settings, wall, log, onMove, DataPlane::prepare);
        node.begin(memory);
        return node;
    }

    /** A node on a device that is none. */
    static Node rehearse(NodeSettings settings, EventLog log, TunDevice device) throws AgentException {
        Node node = new Node(settings, InstantSource.system(), log, () -> {}, (_, _) -> List.of(device));
        node.begin(PeerMemory.EMPTY);
        return node;
    }

    private void begin(PeerMemory memory) {
        FastCiphers ciphers = FastCiphers.choose();
        log.info("cipher chosen", "aes", ciphers.aes(), "because", ciphers.reason());
        WarmUp.begin(ciphers.factory(), settings.identity().cipher(), WARM_UP);
        plane.start(
                (output, loops) -> {
                    Mesh mesh = new Mesh(
                            settings.mesh(resolver, plane.port()),
                            output,
                            loops,
                            new SecureRandom(),
                            ciphers.factory(),
                            BootClock.nanos(),
                            wall.instant());
                    mesh.recall(memory);
                    return mesh;
                },
                filters::get);
        readLocals();
        upkeep.start();
        log.info(
                "node started",
                "host",
                name(),
                "addresses",
                settings.identity().networks(),
                "device",
                plane.deviceName().orElse("none"),
                "port",
                plane.port(),
                "loops",
                plane.loops());
    }

    /** Applies settings that need neither another device nor another socket. */
    void apply(NodeSettings next) {
        NodeSettings before = settings;
        settings = next;
        lookUpSoon = true;
        ruleChanges.incrementAndGet();
        wake.release();
        reshape(before, next);
        plane.askEach(loop -> {
            filters.get(loop).change(next.rules(), next.connections());
            return true;
        });
        plane.ask((mesh, now) -> {
            mesh.reconfigure(now, next.mesh(resolver, plane.port()));
            return true;
        });
    }

    private void reshape(NodeSettings before, NodeSettings next) {
        if (!before.socket().options().equals(next.socket().options())) {
            try {
                plane.set(next.socket().options());
            } catch (LinuxException e) {
                log.warning("socket not changed", "why", e.getMessage());
            }
        }
        if (before.device().isPresent()
                && next.device().isPresent()
                && !before.device().equals(next.device())) {
            plane.reshape(before.device().get(), next.device().get())
                    .forEach(failure -> log.warning("device not changed", "why", failure));
        }
        route();
    }

    private void route() {
        plane.route(settings.routes().table(settings.identity().networks(), learned));
    }

    NodeSettings settings() {
        return settings;
    }

    String name() {
        return settings.identity().certificates().getFirst().name();
    }

    /** The UDP port that it listens on. */
    int port() {
        return plane.port();
    }

    /** Every peer with a tunnel. */
    List<PeerStatus> peers() {
        return plane.ask(Mesh::peers);
    }

    /** Of the endpoints that we were told the peer has, those that stand for the one its packets come from. */
    List<HostPort> reachedBy(PeerStatus peer) {
        if (peer.relay().isPresent() || peer.endpoint().isEmpty()) {
            return List.of();
        }
        return peer.addresses().stream()
                .flatMap(address -> settings.staticHosts().getOrDefault(address, List.of()).stream())
                .filter(told -> resolver.endpoints(List.of(told), NameLookup.Family.IP)
                        .contains(peer.endpoint().get()))
                .toList();
    }

    /** The certificate of a peer with a tunnel, or of the one that routes for the address. */
    Optional<Verdict.Trusted> certificateOf(VpnAddress address) {
        return plane.ask((mesh, now) -> {
            Tunnel tunnel = mesh.tunnelTo(address);
            if (tunnel != null) {
                return Optional.of(tunnel.trusted());
            }
            return mesh.peers(now).stream()
                    .map(peer -> mesh.tunnelTo(peer.addresses().getFirst()))
                    .filter(Objects::nonNull)
                    .map(Tunnel::trusted)
                    .filter(peer ->
                            peer.certificate().unsafeNetworks().stream().anyMatch(subnet -> subnet.contains(address)))
                    .findFirst();
        });
    }

    /** Where this host may be reached, as far as it and others can tell. */
    OwnView own() {
        return plane.ask((mesh, _) -> mesh.own());
    }

    /** What the device is called, when there is one. */
    Optional<String> deviceName() {
        return plane.deviceName();
    }

    /** Asks the mesh on its thread and waits. */
    <T> T ask(DataPlane.MeshQuestion<T> question) {
        return plane.ask(question);
    }

    /** The time by which certificates are judged. */
    Instant now() {
        return wall.instant();
    }

    DataPlaneCounters counters() {
        return plane.counters();
    }

    /** What mesh and firewall count. */
    NodeMetrics.Reading reading() {
        int connections = plane.askEach(loop -> filters.get(loop).connections()).stream()
                .mapToInt(Integer::intValue)
                .sum();
        var inbound = refused(Direction.INBOUND);
        var outbound = refused(Direction.OUTBOUND);
        return plane.ask((mesh, _) -> new NodeMetrics.Reading(
                mesh.console().sizes(), mesh.console().counters(), connections, inbound, outbound));
    }

    private Map<dev.pharos.agent.firewall.Verdict, Long> refused(Direction direction) {
        return plane
                .askEach(loop -> Arrays.stream(dev.pharos.agent.firewall.Verdict.values())
                        .collect(Collectors.toMap(
                                why -> why, why -> filters.get(loop).refused(direction, why))))
                .stream()
                .flatMap(refusals -> refusals.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum));
    }

    /** How many event loops it runs on. */
    int loops() {
        return plane.loops();
    }

    /** How often the rules were set. */
    int ruleChanges() {
        return ruleChanges.get();
    }

    /** Nanoseconds from the first message of each handshake to its tunnel. */
    Samples handshakeTimes() {
        return handshakeTimes;
    }

    long handshakesTimedOut() {
        return handshakesTimedOut.get();
    }

    /** Memory and drops of each UDP socket, by the names of sock_diag(7). */
    List<Map<String, Long>> socketMemory() throws LinuxException {
        return plane.socketMemory();
    }

    /** Those of all peers with a tunnel, and this host's own. */
    List<Certificate> certificatesInUse() {
        List<Certificate> all = new ArrayList<>(settings.identity().certificates());
        all.addAll(plane.ask((mesh, _) -> mesh.console().certificates()));
        return all;
    }

    /** Bounds on what others may cost that were hit lately. */
    List<String> limitsHit() {
        return limits.problems(wall.instant());
    }

    /** Bounds that were hit since the start. */
    List<LimitStatus> limits() {
        return plane.ask((mesh, _) -> mesh.limits());
    }

    PeerMemory memory() {
        return plane.ask((mesh, _) -> mesh.memory());
    }

    /** One round trip, in nanoseconds. */
    long ping(VpnAddress address) throws AgentException {
        return pings.measure(
                address.toString(), number -> plane.execute((mesh, now) -> mesh.ping(now, address, number)));
    }

    /** A start, and a change of settings, never wait for a name server. */
    private void keepUp() {
        long nextLookUp = BootClock.nanos();
        try {
            learnRoutes();
            while (true) {
                if (lookUpSoon || BootClock.nanos() >= nextLookUp) {
                    lookUpSoon = false;
                    nextLookUp =
                            BootClock.nanos() + settings.lookup().interval().toNanos();
                    resolver.lookUp(settings.hostPorts(), settings.lookup().timeout());
                }
                applyNames();
                long patience = Math.min(UPKEEP_INTERVAL.toNanos(), nextLookUp - BootClock.nanos());
                boolean asked = wake.tryAcquire(patience, TimeUnit.NANOSECONDS);
                wake.drainPermits();
                if (asked) {
                    learnRoutes();
                    if (readLocals()) {
                        onMove.run();
                    }
                }
                plane.execute((mesh, now) -> mesh.wallClock(now, wall.instant()));
            }
        } catch (InterruptedException e) {
            log.debug("upkeep ends");
        }
    }

    private void applyNames() {
        if (resolver.takeNews()) {
            plane.execute((mesh, now) -> mesh.reconfigure(now, settings.mesh(resolver, plane.port())));
        }
        List<String> unresolved = resolver.unresolved();
        if (!unresolved.equals(lastUnresolved)) {
            lastUnresolved = unresolved;
            log.info("names without an address", "names", unresolved);
        }
    }

    private void learnRoutes() {
        if (settings.routes().system().isEmpty() || plane.deviceName().isEmpty()) {
            return;
        }
        try {
            List<GatewayRoute> now = LearnedRoutes.read(
                    plane.deviceName().get(), settings.identity().networks());
            if (!now.equals(learned)) {
                learned = now;
                log.info("routes learned", "routes", now);
                route();
            }
        } catch (LinuxException e) {
            log.warning("routes not read", "cause", e.getMessage());
        }
    }

    /** Returns whether this machine's addresses, or the ways out of it, are others than before. */
    private boolean readLocals() {
        try {
            List<UnderlayEndpoint> now = LocalEndpoints.read(settings, listen, plane.deviceName());
            List<String> routes = DefaultRoutes.read();
            boolean moved = !now.equals(locals);
            boolean rerouted = !routes.equals(defaultRoutes);
            locals = now;
            defaultRoutes = routes;
            if (moved) {
                log.debug("own endpoints", "endpoints", now);
                plane.execute((mesh, time) -> mesh.localEndpoints(time, now));
            } else if (rerouted) {
                log.debug("default routes", "routes", routes);
                plane.execute(Mesh::moved);
            }
            return moved || rerouted;
        } catch (IOException e) {
            log.warning("own addresses not read", "cause", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        upkeep.interrupt();
        plane.close();
    }

    private final class Listener implements DataPlaneListener {
        private final EventWriter writer;

        private Listener(EventWriter writer) {
            this.writer = writer;
        }

        @Override
        public void event(MeshEvent event) {
            count(event);
            writer.write(event);
        }

        private void count(MeshEvent event) {
            switch (event) {
                case MeshEvent.LimitHit limit -> limits.hit(limit, wall.instant());
                case MeshEvent.TunnelOpened opened ->
                    handshakeTimes.add(TimeUnit.MILLISECONDS.toNanos(opened.millis()));
                case MeshEvent.HandshakeTimedOut _ -> handshakesTimedOut.incrementAndGet();
                case MeshEvent.TunnelClosed _,
                        MeshEvent.PathChanged _,
                        MeshEvent.PathSizeChanged _,
                        MeshEvent.HandshakeRefused _ -> {}
            }
        }

        @Override
        public void pong(VpnAddress peer, long number, long roundTripNanos) {
            pings.answered(number, roundTripNanos);
        }

        @Override
        public void linksChanged() {
            wake.release();
        }

        @Override
        public void offloadOff(DataPlaneSettings.Offload offload, String reason) {
            log.info("offload not used", "offload", offload, "why", reason);
        }

        @Override
        public void failed(RuntimeException fault) {
            log.error(
                    "fault in the byte path",
                    "fault",
                    fault,
                    "at",
                    Optional.of(fault.getStackTrace())
                            .filter(trace -> trace.length > 0)
                            .map(trace -> trace[0].toString())
                            .orElse(""));
        }
    }
}
