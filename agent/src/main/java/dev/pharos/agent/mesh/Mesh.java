package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.wire.PacketType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One host's part of the mesh: the parts of this package wired together. Sans-IO: packets, events and the time come in
 * by its methods, everything goes out by {@link MeshOutput}. After any call {@link #nextDeadline()} may have moved. One
 * thread only, that of loop 0, but for what says that it may be asked on any.
 *
 * <p>Usage: construct, {@link #start}, then {@link #datagram} for every datagram that the byte path did not finish,
 * {@link #outbound} for every IP packet whose destination has no {@link #tunnelTo tunnel}, {@link #advance} at
 * {@link #nextDeadline()}, and {@link #close} in the end.
 */
public final class Mesh {
    private static final int MAX_PINGS = 8;
    private static final long REHANDSHAKE_SPREAD = Times.seconds(2);

    private final Context context;
    private final Wiring parts;
    private List<Peer> recalled = List.of();

    /**
     * @param random decides keys: a cryptographic one outside simulations
     * @param now on the monotonic clock of all later calls
     * @param wall what the wall clock says at that instant, for certificates and handshakes
     */
    public Mesh(
            MeshSettings settings,
            MeshOutput output,
            RandomGenerator random,
            TransportCipherFactory ciphers,
            long now,
            Instant wall) {
        this(settings, output, Loops.ONE, random, ciphers, now, wall);
    }

    /** The same beside other loops. */
    public Mesh(
            MeshSettings settings,
            MeshOutput output,
            Loops loops,
            RandomGenerator random,
            TransportCipherFactory ciphers,
            long now,
            Instant wall) {
        context = new Context(settings, output, random);
        context.wallClock(now, wall);
        parts = new Wiring(context, loops, random, ciphers);
    }

    /** Begins: tells lighthouses where we are, opens the tunnels that must always be there. */
    public void start(long now) {
        parts.peers.applyStatic();
        parts.lighthouses.tell(now);
        parts.upkeep.run(now);
        parts.reunion.begin(now, recalled);
        recalled = List.of();
    }

    /** A datagram, which is decrypted in place. */
    public void datagram(long now, UnderlayEndpoint from, byte[] buffer, int offset, int length) {
        parts.reception.datagram(now, from, buffer, offset, length);
    }

    /** A packet that was in the frame of a relay, and is decrypted in place. */
    public void relayed(long now, RelayEntry by, byte[] buffer, int offset, int length) {
        parts.reception.packet(now, new Arrival.Relayed(by), buffer, offset, length);
    }

    /** The text of a packet that another loop has opened, as the tunnel's owner: no IP packet. */
    public void opened(
            long now, PacketType type, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        parts.reception.opened(now, type, tunnel, arrival, buffer, offset, length);
    }

    /** Whether a tunnel's packets may come from there, where it is not sent to. On any loop. */
    public boolean mayComeFrom(Tunnel tunnel, Arrival arrival) {
        return parts.reception.mayComeFrom(tunnel, arrival)
                && !(arrival instanceof Arrival.Direct(UnderlayEndpoint from) && !parts.reception.mayComeFrom(from));
    }

    /**
     * An IP packet for a peer to which {@link #tunnelTo} knew no tunnel: it is kept, at most 100 of them, until there is
     * one, and then handed to {@link MeshOutput#release}. When a tunnel exists after all, that happens at once. Dropped
     * when {@code to} is outside our networks.
     */
    public void outbound(long now, VpnAddress to, byte[] packet, int offset, int length) {
        Peer peer = wanted(to);
        if (peer == null) {
            return;
        }
        Tunnel primary = peer.primary();
        if (primary != null) {
            context.output().release(primary, packet, offset, length);
            return;
        }
        if (!peer.hold(Arrays.copyOfRange(packet, offset, offset + length), parts.handshakes.mayWait())) {
            context.limits().hit(now, Limit.HELD, to);
        }
        Tunnel held = peer.held();
        if (held == null) {
            parts.handshakes.start(now, peer);
            if (peer.pending == null) {
                peer.waiting.clear();
            }
        } else if (now - held.handshaken().at() >= Tunnels.HOLD) {
            parts.tunnels.promote(now, held);
        }
    }

    /** Opens a tunnel to a peer of our networks, unless there is one or one is being opened. */
    public void call(long now, VpnAddress to) {
        Peer peer = wanted(to);
        if (peer != null && peer.primary() == null) {
            parts.handshakes.start(now, peer);
        }
    }

    private @Nullable Peer wanted(VpnAddress to) {
        return context.reaches(to) && !context.owns(to) ? parts.peers.of(to) : null;
    }

    /** Seals an IP packet and sends it by the tunnel's path; for callers without a byte path of their own. */
    public void send(long now, Tunnel tunnel, byte[] packet, int offset, int length) {
        parts.sender.send(now, tunnel, PacketType.DATA, packet, offset, length, Answer.EXPECTED);
    }

    /** Measures the round trip to a peer; {@link MeshOutput#pong} has the answer, if there is one. */
    public void ping(long now, VpnAddress to, long number) {
        Peer peer = wanted(to);
        if (peer == null) {
            return;
        }
        Tunnel primary = peer.primary();
        if (primary != null) {
            parts.prober.ping(now, primary, number);
            parts.liveness.watch(now, primary);
        } else if (peer.pings.size() < MAX_PINGS) {
            peer.pings.addLast(number);
            parts.handshakes.start(now, peer);
        }
    }

    /** Does what is due. */
    public void advance(long now) {
        context.timers().run(now);
        parts.liveness.advance(now);
    }

    /** When {@link #advance} wants to be called next; {@link Long#MAX_VALUE} for never. */
    public long nextDeadline() {
        return Math.min(context.timers().next(), parts.liveness.nextDeadline());
    }

    /** The wall clock was set, or the machine woke up. */
    public void wallClock(long now, Instant wall) {
        context.wallClock(now, wall);
        parts.upkeep.judge(now);
    }

    /**
     * Our interfaces have these addresses now; port 0 stands for the port we listen on. When they are others than before,
     * that is a {@link #moved move}.
     */
    public void localEndpoints(long now, List<UnderlayEndpoint> endpoints) {
        if (!parts.ownEndpoints.local(endpoints)) {
            return;
        }
        moved(now);
    }

    /**
     * Our addresses or routes are others than before: every peer hears from us at once, which moves it to our new address.
     * A router on its side may let nothing in from there, so where traffic flows the other paths are tried in the same
     * moment.
     */
    public void moved(long now) {
        parts.ownEndpoints.forgetObserved();
        parts.lighthouses.tell(now);
        List<Tunnel> primary = parts.peers.all().stream()
                .map(Peer::primary)
                .filter(Objects::nonNull)
                .toList();
        for (Tunnel tunnel : primary) {
            parts.prober.check(now, tunnel, ProbePayload.Urgency.MOVED);
        }
        for (Tunnel tunnel : primary) {
            parts.search.moved(now, tunnel);
            parts.liveness.moved(now, tunnel);
            parts.search.begin(now, tunnel);
        }
    }

    /**
     * Names in the static host map stand for these endpoints now; everything else stays. What is new among them is tried
     * at once where a peer is wanted.
     */
    public void staticHosts(long now, Map<VpnAddress, List<UnderlayEndpoint>> endpoints) {
        MeshSettings settings = context.settings();
        context.settings(settings.withDiscovery(settings.discovery().withStaticHosts(endpoints)));
        for (Peer peer : parts.peers.applyStatic()) {
            parts.located(now, peer);
        }
        parts.upkeep.run(now);
    }

    /**
     * Applies new settings. Tunnels stay, except those to peers that are no longer trusted; a new certificate of ours is
     * shown to the peers in the next two seconds.
     */
    public void reconfigure(long now, MeshSettings settings) {
        context.settings(settings);
        parts.handshakes.identityChanged();
        for (Peer peer : parts.peers.applyStatic()) {
            parts.located(now, peer);
        }
        parts.upkeep.judge(now);
        for (Peer peer : parts.peers.all()) {
            Tunnel tunnel = peer.primary();
            if (tunnel != null && Renewals.isDue(now, tunnel, context.identity())) {
                peer.lastRehandshake = now;
                var timer = new TimerQueue.Timer(due -> parts.handshakes.start(due, peer));
                context.timers().set(timer, now + context.random().nextLong(REHANDSHAKE_SPREAD));
            }
        }
        parts.lighthouses.tell(now);
        parts.upkeep.run(now);
    }

    /** Ends all tunnels and tells the peers, those that relay for us last. */
    public void close(long now) {
        List<Tunnel> all = new ArrayList<>(parts.peers.tunnels());
        all.sort(Comparator.comparing((Tunnel tunnel) -> !tunnel.relays.isEmpty()));
        for (Tunnel tunnel : all) {
            parts.tunnels.close(now, tunnel, CloseReason.SHUTDOWN, Tunnels.Notice.TELL);
        }
    }

    /** The tunnel to send on, null when {@link #outbound} must be asked. On any loop; allocates nothing. */
    public @Nullable Tunnel tunnelTo(VpnAddress address) {
        return parts.peers.primaryTo(address);
    }

    /** The tunnel that packets with this RemoteIndex belong to. On any loop; allocates nothing. */
    public @Nullable Tunnel tunnelByIndex(int localIndex) {
        return parts.table.tunnel(localIndex);
    }

    /** The relay that frames with this RemoteIndex belong to. On any loop; allocates nothing. */
    public @Nullable RelayEntry relayByIndex(int localIndex) {
        return parts.table.relay(localIndex);
    }

    /** Whether frames of relays are passed on to others. On any loop; allocates nothing. */
    public boolean forwards() {
        return context.settings().relaying().role() == MeshSettings.RelayRole.FORWARDS;
    }

    /** Whom tunnels tell, in the end; on loop 0. */
    public Tunnel.Watcher watcher() {
        return parts;
    }

    /** All tunnels, primary or not. */
    List<Tunnel> tunnels() {
        return parts.peers.tunnels();
    }

    /** How much is held at this moment. */
    TableSizes sizes() {
        return new TableSizes(
                parts.peers.all().size(),
                parts.peers.tunnels().size(),
                parts.table.pendingCount(),
                parts.table.indexes(),
                parts.table.relayCount(),
                parts.liveness.watched(),
                context.timers().size(),
                parts.lighthouseServer.reports(),
                parts.peers.all().stream().mapToInt(peer -> peer.waiting.size()).sum());
    }

    /** Every peer with a tunnel, by address. */
    public List<PeerStatus> peers(long now) {
        return new StatusReport(context, parts.peers).peers(now);
    }

    /** Where we may be reached, as far as we and others can tell. */
    public OwnView own() {
        return new OwnView(parts.ownEndpoints.announced(), parts.ownEndpoints.observed());
    }

    /** The bounds on what others may cost us that were hit since the start. */
    public List<LimitStatus> limits() {
        return context.limits().status();
    }

    /** What a person may see and do by hand. */
    public MeshConsole console() {
        return parts.console;
    }

    /** What should survive a restart. */
    public PeerMemory memory() {
        return new MemoryKeeper(parts.peers).memory();
    }

    /** Takes up what an earlier life remembered; before {@link #start}. */
    public void recall(PeerMemory memory) {
        recalled = new MemoryKeeper(parts.peers).recall(memory);
    }
}
