package dev.pharos.agent.node;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds out at which of their endpoints the lighthouses answer a stranger. That this host hears one of them does not show it:
 * a router lets in whom the lighthouse behind it has called, and often keeps the very port. So they are asked from a port
 * that nobody has called yet, by a packet of a tunnel that does not exist, of which every Nebula says so unless it is
 * told not to (facts, nebula-protocol: RecvError). The answer is not authentic; it tells a person whether a router's
 * port is open, and decides nothing.
 */
final class StrangerCheck implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMinutes(4);
    /** Hosts that are told of an endpoint together do not ask together. */
    private static final int SPREAD_MILLIS = 10_000;

    private static final int TRIES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** A header, and a tag of a packet without content. */
    private static final int LENGTH = Header.LENGTH + 16;

    private final Supplier<Node> node;
    private final EventLog log;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore changed = new Semaphore(0);
    private final Thread thread;
    private volatile Set<HostPort> told = Set.of();
    private volatile Set<HostPort> answering = Set.of();

    private StrangerCheck(Supplier<Node> node, EventLog log) {
        this.node = node;
        this.log = log;
        this.thread = Thread.ofVirtual().name("stranger-check").unstarted(this::run);
    }

    /** Asks every few minutes until it is closed. */
    static StrangerCheck start(Supplier<Node> node, EventLog log) {
        StrangerCheck check = new StrangerCheck(node, log);
        check.thread.start();
        return check;
    }

    /** The endpoints of lighthouses that answered the last time; what is new is asked within seconds. */
    Set<HostPort> answering() {
        return answering;
    }

    /** The lighthouses may have other endpoints now. */
    void lookSoon() {
        Set<HostPort> now = told(node.get());
        if (!now.equals(told)) {
            told = now;
            changed.release();
        }
    }

    private static Set<HostPort> told(Node node) {
        return node.settings().staticHosts().values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    private void run() {
        try {
            while (true) {
                boolean soon = changed.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS);
                changed.drainPermits();
                if (soon) {
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(SPREAD_MILLIS));
                }
                look();
            }
        } catch (InterruptedException e) {
            log.debug("stranger check ends");
        }
    }

    private void look() {
        Map<HostPort, List<UnderlayEndpoint>> endpoints = new HashMap<>();
        told.forEach(each -> endpoints.put(each, node.get().endpoints(each)));
        try {
            Set<UnderlayEndpoint> answered = ask(
                    endpoints.values().stream().flatMap(List::stream).collect(Collectors.toSet()), random.nextInt());
            answering = endpoints.entrySet().stream()
                    .filter(entry -> entry.getValue().stream().anyMatch(answered::contains))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            log.debug("no stranger to be had", "why", e.getMessage());
        }
    }

    /**
     * Those of the endpoints that answer within two seconds.
     *
     * @param index of the tunnel that does not exist
     */
    static Set<UnderlayEndpoint> ask(Collection<UnderlayEndpoint> endpoints, int index) throws IOException {
        Set<UnderlayEndpoint> waiting = new HashSet<>(endpoints);
        byte[] packet = new byte[LENGTH];
        Header.write(packet, 0, PacketType.DATA, index, 1);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int attempt = 0; attempt < TRIES && !waiting.isEmpty(); attempt++) {
                for (UnderlayEndpoint endpoint : waiting) {
                    send(socket, packet, endpoint);
                }
                long until = System.nanoTime() + PATIENCE.toNanos();
                while (!waiting.isEmpty() && until > System.nanoTime()) {
                    receive(socket, until - System.nanoTime(), index, waiting);
                }
            }
        }
        Set<UnderlayEndpoint> answered = new HashSet<>(endpoints);
        answered.removeAll(waiting);
        return answered;
    }

    /** An address that this machine has no way to is one that does not answer. */
    private static void send(DatagramSocket socket, byte[] packet, UnderlayEndpoint to) {
        try {
            socket.send(new DatagramPacket(packet, packet.length, to.toSocketAddress()));
        } catch (IOException e) {
            return;
        }
    }

    private static void receive(DatagramSocket socket, long nanos, int index, Set<UnderlayEndpoint> waiting)
            throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[LENGTH], LENGTH);
        socket.setSoTimeout((int) Math.max(1, nanos / 1_000_000));
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return;
        }
        if (packet.getLength() >= Header.LENGTH
                && Header.type(packet.getData(), 0) == PacketType.RECV_ERROR
                && Header.remoteIndex(packet.getData(), 0) == index) {
            waiting.remove(UnderlayEndpoint.of(packet.getAddress().getAddress(), packet.getPort()));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
