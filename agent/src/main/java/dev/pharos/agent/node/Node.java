package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.dataplane.DataPlane;
import dev.pharos.agent.dataplane.DataPlaneCounters;
import dev.pharos.agent.dataplane.WarmUp;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.LimitStatus;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.OwnView;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.agent.mesh.PeerStatus;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.agent.stats.Samples;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running mesh with its firewalls, device and socket. The mesh belongs to the thread of loop 0, and what is asked here is
 * asked there.
 */
final class Node implements AutoCloseable {
    /** As long as the first handshakes take, on a slow network. */
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private final EventLog log;
    private final InstantSource wall;
    private final Pings pings = new Pings();
    private final NodeEvents events;
    private final AtomicInteger ruleChanges = new AtomicInteger(1);
    private final Firewalls firewalls;
    private final DataPlane plane;
    private final Surroundings surroundings;
    private volatile NodeSettings settings;

    private Node(
            NodeSettings settings, InstantSource wall, EventLog log, Runnable onMove, DataPlane.DeviceMaker devices)
            throws AgentException {
        this.settings = settings;
        this.wall = wall;
        this.log = log;
        firewalls = new Firewalls(settings.loops(), settings.rules(), settings.connections());
        var wake = new Semaphore(0);
        events = new NodeEvents(log, wall, pings, wake::release);
        UnderlayEndpoint listen = resolve(settings.listen());
        try {
            plane = DataPlane.open(settings.dataPlane(listen), events, devices);
        } catch (LinuxException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
        surroundings = new Surroundings(plane, () -> this.settings, listen, wall, log, wake, onMove);
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
        return start(settings, memory, wall, log, onMove, DataPlane::prepare);
    }

    /** The same on devices made otherwise. */
    static Node start(
            NodeSettings settings,
            PeerMemory memory,
            InstantSource wall,
            EventLog log,
            Runnable onMove,
            DataPlane.DeviceMaker devices)
            throws AgentException {
        Node node = new Node(settings, wall, log, onMove, devices);
        node.begin(memory, FastCiphers.choose());
        return node;
    }

    /** A node on a device that is none. */
    static Node rehearse(NodeSettings settings, EventLog log, TunDevice device, FastCiphers ciphers)
            throws AgentException {
        Node node = new Node(settings, InstantSource.system(), log, () -> {}, (_, _) -> List.of(device));
        node.begin(PeerMemory.EMPTY, ciphers);
        return node;
    }

    private void begin(PeerMemory memory, FastCiphers ciphers) {
        log.info("cipher chosen", "aes", ciphers.aes(), "because", ciphers.reason());
        WarmUp.begin(ciphers.factory(), settings.identity().cipher(), WARM_UP);
        plane.start(
                (output, loops) -> {
                    Mesh mesh = new Mesh(
                            surroundings.meshSettings(),
                            output,
                            loops,
                            new SecureRandom(),
                            ciphers.factory(),
                            BootClock.nanos(),
                            wall.instant());
                    mesh.recall(memory);
                    return mesh;
                },
                firewalls::of);
        surroundings.start();
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
        ruleChanges.incrementAndGet();
        surroundings.settingsChanged();
        reshape(before, next);
        surroundings.route();
        firewalls.change(plane, next.rules(), next.connections());
        plane.ask((mesh, now) -> {
            mesh.reconfigure(now, surroundings.meshSettings());
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
                .filter(told ->
                        surroundings.endpoints(told).contains(peer.endpoint().get()))
                .toList();
    }

    /** Of the endpoints that we were told the peer has, those among {@code answering}. */
    List<HostPort> answers(PeerStatus peer, Set<HostPort> answering) {
        return peer.addresses().stream()
                .flatMap(address -> settings.staticHosts().getOrDefault(address, List.of()).stream())
                .filter(answering::contains)
                .toList();
    }

    /** What an endpoint that we were told of stands for now. */
    List<UnderlayEndpoint> endpoints(HostPort told) {
        return surroundings.endpoints(told);
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
        int connections = firewalls.connections(plane);
        var inbound = firewalls.refused(plane, Direction.INBOUND);
        var outbound = firewalls.refused(plane, Direction.OUTBOUND);
        return plane.ask((mesh, _) -> new NodeMetrics.Reading(
                mesh.console().sizes(), mesh.console().counters(), connections, inbound, outbound));
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
        return events.handshakeTimes();
    }

    long handshakesTimedOut() {
        return events.handshakesTimedOut();
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
        return events.limitsHit();
    }

    /** Bounds that were hit since the start. */
    List<LimitStatus> limits() {
        List<LimitStatus> limits = new ArrayList<>(plane.ask((mesh, _) -> mesh.limits()));
        limits.add(new LimitStatus("tracked connections", firewalls.displaced(plane)));
        limits.add(new LimitStatus(
                "packets on the way to another event loop", plane.counters().noRoom()));
        return limits;
    }

    PeerMemory memory() {
        return plane.ask((mesh, _) -> mesh.memory());
    }

    /** One round trip, in nanoseconds. */
    long ping(VpnAddress address) throws AgentException {
        return pings.measure(
                address.toString(), number -> plane.execute((mesh, now) -> mesh.ping(now, address, number)));
    }

    @Override
    public void close() {
        surroundings.stop();
        plane.close();
    }
}
