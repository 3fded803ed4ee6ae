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
    private final PeerTable peers;
    private final TunnelTable table = new TunnelTable();
    private final Sender sender;
    private final OwnEndpoints ownEndpoints;
    private final Tunnels tunnels;
    private final Handshakes handshakes;
    private final Relays relays;
    private final Lighthouses lighthouses;
    private final LighthouseServer lighthouseServer;
    private final Prober prober;
    private final Liveness liveness;
    private final Roaming roaming;
    private final Upkeep upkeep;
    private final Reception reception;
    private final Reunion reunion;
    private final Wiring wiring;
    private List<Peer> recalled = List.of();
    private final Admission admission = new Admission();
    private final MeshConsole console;
    private final Watcher watcher = new Watcher();

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
        peers = new PeerTable(context);
        sender = new Sender(context, loops);
        ownEndpoints = new OwnEndpoints(context);
        var owners = new Owners(loops, random);
        tunnels = new Tunnels(context, peers, table, sender, owners, watcher);
        wiring = new Wiring();
        handshakes = new Handshakes(context, table, tunnels, sender, owners, ciphers, wiring, wiring);
        relays = new Relays(context, peers, table, sender, owners, handshakes::start, wiring);
        lighthouses = new Lighthouses(context, peers, sender, ownEndpoints, handshakes::start, wiring);
        wiring.punching = new Punching(context, sender, handshakes::start);
        var sizes = new PathSizes(context, sender);
        prober = new Prober(context, peers, sender, sizes, ownEndpoints, wiring);
        liveness = new Liveness(context, tunnels, prober, sizes, wiring);
        roaming = new Roaming(context, tunnels, handshakes, prober, liveness);
        var promoter = new Promoter(context, prober, wiring);
        upkeep = new Upkeep(context, peers, tunnels, sender, prober, promoter, lighthouses, handshakes::start);
        reunion = new Reunion(context, handshakes::start);
        lighthouseServer = new LighthouseServer(context, peers, sender);
        var responder = new HandshakeResponder(context, peers, table, tunnels, sender, owners, ciphers, admission);
        reception = new Reception(
                context,
                table,
                tunnels,
                sender,
                handshakes,
                responder,
                lighthouses,
                lighthouseServer,
                relays,
                prober,
                liveness,
                loops);
        tunnels.listen(admission);
        console = new MeshConsole(context, peers, tunnels, table, handshakes, lighthouses, prober);
        tunnels.listen(prober);
        tunnels.listen(lighthouses);
        tunnels.listen(relays);
        tunnels.listen(lighthouseServer);
    }

    /** Begins: tells lighthouses where we are, opens the tunnels that must always be there. */
    public void start(long now) {
        peers.applyStatic();
        lighthouses.tell(now);
        upkeep.run(now);
        reunion.begin(now, recalled);
        recalled = List.of();
    }

    /** A datagram, which is decrypted in place. */
    public void datagram(long now, UnderlayEndpoint from, byte[] buffer, int offset, int length) {
        reception.datagram(now, from, buffer, offset, length);
    }

    /** A packet that was in the frame of a relay, and is decrypted in place. */
    public void relayed(long now, RelayEntry by, byte[] buffer, int offset, int length) {
        reception.packet(now, new Arrival.Relayed(by), buffer, offset, length);
    }

    /** The text of a packet that another loop has opened, as the tunnel's owner: no IP packet. */
    public void opened(
            long now, PacketType type, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        reception.opened(now, type, tunnel, arrival, buffer, offset, length);
    }

    /** Whether a tunnel's packets may come from there, where it is not sent to. On any loop. */
    public boolean mayComeFrom(Tunnel tunnel, Arrival arrival) {
        return reception.mayComeFrom(tunnel, arrival)
                && !(arrival instanceof Arrival.Direct(UnderlayEndpoint from) && !reception.mayComeFrom(from));
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
        if (!peer.hold(Arrays.copyOfRange(packet, offset, offset + length), handshakes.mayWait())) {
            context.limits().hit(now, Limit.HELD, to);
        }
        Tunnel held = peer.held();
        if (held == null) {
            handshakes.start(now, peer);
            if (peer.pending == null) {
                peer.waiting.clear();
            }
        } else if (now - held.handshaken().at() >= Tunnels.HOLD) {
            tunnels.promote(now, held);
        }
    }

    /** Opens a tunnel to a peer of our networks, unless there is one or one is being opened. */
    public void call(long now, VpnAddress to) {
        Peer peer = wanted(to);
        if (peer != null && peer.primary() == null) {
            handshakes.start(now, peer);
        }
    }

    private @Nullable Peer wanted(VpnAddress to) {
        return context.reaches(to) && !context.owns(to) ? peers.of(to) : null;
    }

    /** Seals an IP packet and sends it by the tunnel's path; for callers without a byte path of their own. */
    public void send(long now, Tunnel tunnel, byte[] packet, int offset, int length) {
        sender.send(now, tunnel, PacketType.DATA, packet, offset, length, Answer.EXPECTED);
    }

    /** Measures the round trip to a peer; {@link MeshOutput#pong} has the answer, if there is one. */
    public void ping(long now, VpnAddress to, long number) {
        Peer peer = wanted(to);
        if (peer == null) {
            return;
        }
        Tunnel primary = peer.primary();
        if (primary != null) {
            prober.ping(now, primary, number);
        } else if (peer.pings.size() < MAX_PINGS) {
            peer.pings.addLast(number);
            handshakes.start(now, peer);
        }
    }

    /** Does what is due. */
    public void advance(long now) {
        context.timers().run(now);
        liveness.advance(now);
    }

    /** When {@link #advance} wants to be called next; {@link Long#MAX_VALUE} for never. */
    public long nextDeadline() {
        return Math.min(context.timers().next(), liveness.nextDeadline());
    }

    /** The wall clock was set, or the machine woke up. */
    public void wallClock(long now, Instant wall) {
        context.wallClock(now, wall);
        upkeep.judge(now);
    }

    /**
     * Our interfaces have these addresses now; port 0 stands for the port we listen on. When they are others than before,
     * that is a {@link #moved move}.
     */
    public void localEndpoints(long now, List<UnderlayEndpoint> endpoints) {
        if (!ownEndpoints.local(endpoints)) {
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
        ownEndpoints.forgetObserved();
        lighthouses.tell(now);
        List<Tunnel> primary =
                peers.all().stream().map(Peer::primary).filter(Objects::nonNull).toList();
        for (Tunnel tunnel : primary) {
            prober.check(now, tunnel, ProbePayload.Urgency.MOVED);
        }
        for (Tunnel tunnel : primary) {
            prober.moved(now, tunnel);
            liveness.moved(now, tunnel);
            prober.search(now, tunnel);
        }
    }

    /**
     * Names in the static host map stand for these endpoints now; everything else stays. What is new among them is tried
     * at once where a peer is wanted.
     */
    public void staticHosts(long now, Map<VpnAddress, List<UnderlayEndpoint>> endpoints) {
        MeshSettings settings = context.settings();
        context.settings(settings.withDiscovery(settings.discovery().withStaticHosts(endpoints)));
        for (Peer peer : peers.applyStatic()) {
            wiring.located(now, peer);
        }
        upkeep.run(now);
    }

    /**
     * Applies new settings. Tunnels stay, except those to peers that are no longer trusted; a new certificate of ours is
     * shown to the peers in the next two seconds.
     */
    public void reconfigure(long now, MeshSettings settings) {
        context.settings(settings);
        handshakes.identityChanged();
        for (Peer peer : peers.applyStatic()) {
            wiring.located(now, peer);
        }
        upkeep.judge(now);
        for (Peer peer : peers.all()) {
            Tunnel tunnel = peer.primary();
            if (tunnel != null && Renewals.isDue(now, tunnel, context.identity())) {
                peer.lastRehandshake = now;
                var timer = new TimerQueue.Timer(due -> handshakes.start(due, peer));
                context.timers().set(timer, now + context.random().nextLong(REHANDSHAKE_SPREAD));
            }
        }
        lighthouses.tell(now);
        upkeep.run(now);
    }

    /** Ends all tunnels and tells the peers, those that relay for us last. */
    public void close(long now) {
        List<Tunnel> all = new ArrayList<>(peers.tunnels());
        all.sort(Comparator.comparing((Tunnel tunnel) -> !tunnel.relays.isEmpty()));
        for (Tunnel tunnel : all) {
            tunnels.close(now, tunnel, CloseReason.SHUTDOWN, Tunnels.Notice.TELL);
        }
    }

    /** The tunnel to send on, null when {@link #outbound} must be asked. On any loop; allocates nothing. */
    public @Nullable Tunnel tunnelTo(VpnAddress address) {
        return peers.primaryTo(address);
    }

    /** The tunnel that packets with this RemoteIndex belong to. On any loop; allocates nothing. */
    public @Nullable Tunnel tunnelByIndex(int localIndex) {
        return table.tunnel(localIndex);
    }

    /** The relay that frames with this RemoteIndex belong to. On any loop; allocates nothing. */
    public @Nullable RelayEntry relayByIndex(int localIndex) {
        return table.relay(localIndex);
    }

    /** Whether frames of relays are passed on to others. On any loop; allocates nothing. */
    public boolean forwards() {
        return context.settings().relaying().role() == MeshSettings.RelayRole.FORWARDS;
    }

    /** Whom tunnels tell, in the end; on loop 0. */
    public Tunnel.Watcher watcher() {
        return watcher;
    }

    /** All tunnels, primary or not. */
    List<Tunnel> tunnels() {
        return peers.tunnels();
    }

    /** How much is held at this moment. */
    TableSizes sizes() {
        return new TableSizes(
                peers.all().size(),
                peers.tunnels().size(),
                table.pendingCount(),
                table.indexes(),
                table.relayCount(),
                liveness.watched(),
                context.timers().size(),
                lighthouseServer.reports(),
                peers.all().stream().mapToInt(peer -> peer.waiting.size()).sum());
    }

    /** Every peer with a tunnel, by address. */
    public List<PeerStatus> peers(long now) {
        return new StatusReport(context, peers).peers(now);
    }

    /** Where we may be reached, as far as we and others can tell. */
    public OwnView own() {
        return new OwnView(ownEndpoints.announced(), ownEndpoints.observed());
    }

    /** The bounds on what others may cost us that were hit since the start. */
    public List<LimitStatus> limits() {
        return context.limits().status();
    }

    /** What a person may see and do by hand. */
    public MeshConsole console() {
        return console;
    }

    /** What should survive a restart. */
    public PeerMemory memory() {
        return new MemoryKeeper(peers).memory();
    }

    /** Takes up what an earlier life remembered; before {@link #start}. */
    public void recall(PeerMemory memory) {
        recalled = new MemoryKeeper(peers).recall(memory);
    }

    /** What tunnels tell on the byte path. */
    private final class Watcher implements Tunnel.Watcher {
        @Override
        public void sending(Tunnel tunnel, long now) {
            prober.resume(now, tunnel);
            liveness.watch(now, tunnel);
        }

        @Override
        public void heardElsewhere(Tunnel tunnel, long now, Path from) {
            roaming.heard(now, tunnel, from);
        }
    }

    /** Which part of the mesh asks which other one for what. */
    private final class Wiring
            implements Handshakes.Finder,
                    Handshakes.Readmission,
                    Relays.Consumer,
                    Lighthouses.Consumer,
                    Prober.Surroundings,
                    Liveness.Surroundings {
        private @Nullable Punching punching;

        @Override
        public void find(long now, Peer peer, int attempt) {
            if (attempt == 1 || peer.remotes.isEmpty() || attempt % 4 == 0) {
                lighthouses.find(now, peer);
            }
            relays.prepare(now, peer);
        }

        @Override
        public void receive(long now, Arrival arrival, byte[] packet) {
            reception.packet(now, arrival, packet, 0, packet.length);
        }

        @Override
        public void relayReady(long now, Peer peer, PathState path) {
            handshakes.relayReady(now, peer, path);
        }

        @Override
        public void relayLost(long now, Peer peer) {
            Tunnel tunnel = peer.primary();
            if (tunnel == null) {
                return;
            }
            boolean wasInUse =
                    tunnel.path() instanceof Path.Relayed used && !used.relay().isOpen();
            prober.choose(now, tunnel);
            if (wasInUse && !tunnel.understandsProbes()) {
                // It moves to another relay only by a new handshake.
                liveness.rehandshake(now, peer);
            }
        }

        @Override
        public void located(long now, Peer peer) {
            relays.prepare(now, peer);
            handshakes.remotesChanged(now, peer);
            prober.located(now, peer);
        }

        @Override
        public void punch(long now, Peer requester, List<UnderlayEndpoint> endpoints) {
            admission.expect(endpoints);
            if (punching != null) {
                punching.punch(now, requester, endpoints);
            }
            prober.located(now, requester);
        }

        @Override
        public List<UnderlayEndpoint> endpoints(Peer peer) {
            return handshakes.endpoints(peer);
        }

        @Override
        public void find(long now, Peer peer) {
            lighthouses.find(now, peer);
        }

        @Override
        public void watch(long now, Tunnel tunnel) {
            liveness.watch(now, tunnel);
        }

        @Override
        public void deafPeer(long now, Tunnel tunnel) {
            liveness.deafPeer(now, tunnel);
        }

        @Override
        public void startHandshake(long now, Peer peer) {
            handshakes.start(now, peer);
        }

        @Override
        public void renewRelay(long now, Peer peer, PathState path) {
            relays.renew(now, peer, path);
        }
    }
}
