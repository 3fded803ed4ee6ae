package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.PathChanged;
import dev.pharos.agent.mesh.ProbePayload.Announcement;
import dev.pharos.agent.mesh.ProbePayload.Ping;
import dev.pharos.agent.mesh.ProbePayload.Pong;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.PacketType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the evidence for {@link PathChoice}: sends test requests by paths of choice and books their answers.
 *
 * <p>With a Pharos peer this is free: it answers by the path a probe came by and moves nothing. A stock peer sends to
 * wherever it heard us last, so a probe moves it: its other direct paths are left alone while the current one works
 * (DESIGN section 4).
 */
final class Prober implements TunnelListener {
    private static final byte[] EMPTY = {};

    /** After the beginning of a search, in milliseconds; NATs on both sides open within the first ones. */
    private static final long[] ROUNDS = {0, 100, 250, 500, 1000, 1750};

    /** Lighthouses make a stock peer punch, a second after they are asked. */
    private static final long[] STOCK_ROUNDS = {0, 1100, 1400, 2200, 4200, 6200, 8200};

    private static final long NEXT_SEARCH = Times.seconds(2);

    /** Endpoints that never answered are tried in one round of so many, after the first ones. */
    private static final int HOPELESS_EVERY = 5;

    private static final int HOPELESS = 12;
    private static final long RECENT = Times.millis(200);
    private static final long PROVEN = Times.seconds(3);
    private static final long AGREE_AFTER = Times.millis(500);

    /** Answers to what went by a relay are late by the way there and back. */
    private static final long DISAGREEING = Times.millis(250);

    private static final long ANNOUNCE_INTERVAL = Times.SECOND;

    /** What the prober needs of the others. */
    interface Surroundings {
        List<UnderlayEndpoint> endpoints(Peer peer);

        void find(long now, Peer peer);

        void watch(long now, Tunnel tunnel);

        /** The peer is heard but does not hear us. */
        void deafPeer(long now, Tunnel tunnel);
    }

    private final Context context;
    private final PeerTable peers;
    private final Sender sender;
    private final PathSizes sizes;
    private final OwnEndpoints ownEndpoints;
    private final Surroundings surroundings;

    Prober(
            Context context,
            PeerTable peers,
            Sender sender,
            PathSizes sizes,
            OwnEndpoints ownEndpoints,
            Surroundings surroundings) {
        this.context = context;
        this.peers = peers;
        this.sender = sender;
        this.sizes = sizes;
        this.ownEndpoints = ownEndpoints;
        this.surroundings = surroundings;
    }

    @Override
    public void promoted(long now, Tunnel tunnel, @Nullable Tunnel previous) {
        if (previous != null && previous.probes.isSuspect()) {
            abandon(now, previous, tunnel);
        }
        probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE);
        Peer peer = tunnel.peer();
        for (int left = peer.pings.size(); left > 0; left--) {
            probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE, peer.pings.removeFirst());
        }
        announce(now, tunnel);
        search(now, tunnel);
    }

    /** The paths of a tunnel that fell silent are left alone for a while. */
    private static void abandon(long now, Tunnel silent, Tunnel successor) {
        if (!successor.pathState().equals(silent.pathState())) {
            silent.pathState().failed(now);
        }
        if (successor.understandsProbes() || successor.pathState().isDirect()) {
            return;
        }
        // A stock peer went where it was probed, and may not be heard from there.
        for (PathState path : successor.peer().paths.all()) {
            if (path.isDirect()
                    && path != silent.pathState()
                    && path.hasAnswered()
                    && path.lastProbe() > path.lastAnswered()) {
                path.failed(now);
            }
        }
    }

    /** Where the peer may be, best first. */
    List<UnderlayEndpoint> endpoints(Peer peer) {
        return surroundings.endpoints(peer);
    }

    /** Begins to look for better paths, from the first round. */
    void search(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (probes.nextRound == Times.FOREVER || probes.round > 1) {
            probes.round = 0;
            probes.nextRound = now;
            surroundings.watch(now, tunnel);
        }
    }

    /** Traffic begins again after a rest: what goes through a relay looks again for a direct path. */
    void resume(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (!tunnel.pathState().isDirect() && probes.nextRound == Times.FOREVER) {
            probes.round = tunnel.understandsProbes() ? ROUNDS.length : 0;
            probes.nextRound = now;
        }
    }

    /** Another endpoint or relay of the peer became known. */
    void located(long now, Peer peer) {
        Tunnel tunnel = peer.primary();
        if (tunnel != null) {
            search(now, tunnel);
        }
    }

    /** The next round of a search, when it is due. */
    void tick(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (now < probes.nextRound) {
            return;
        }
        boolean relayed = !tunnel.pathState().isDirect();
        boolean pharos = tunnel.understandsProbes();
        int round = probes.round++;
        if (pharos) {
            if (relayed || round == 0 || round == 2) {
                probeAlternatives(now, tunnel, Urgency.ROUTINE);
            }
        } else if (relayed) {
            searchForStock(now, tunnel, round);
        }
        long[] rounds = pharos ? ROUNDS : STOCK_ROUNDS;
        if (round + 1 < rounds.length) {
            probes.nextRound = now + Times.millis(rounds[round + 1] - rounds[round]);
        } else if (relayed) {
            probes.round = pharos ? round + 1 : 0;
            probes.nextRound = now + NEXT_SEARCH;
        } else {
            probes.nextRound = Times.FOREVER;
        }
    }

    private void searchForStock(long now, Tunnel tunnel, int round) {
        if (round == 0) {
            surroundings.find(now, tunnel.peer());
            return;
        }
        for (UnderlayEndpoint endpoint : surroundings.endpoints(tunnel.peer())) {
            PathState path = tunnel.peer().paths.of(new Path.Direct(endpoint));
            if (PathChoice.mayReturnTo(path, now)) {
                probe(now, tunnel, path, Urgency.ROUTINE);
            }
        }
    }

    /** Every path to a Pharos peer but the current one, and every endpoint that may become one. */
    void probeAlternatives(long now, Tunnel tunnel, Urgency urgency) {
        Peer peer = tunnel.peer();
        Set<PathState> paths = new LinkedHashSet<>();
        for (UnderlayEndpoint endpoint : surroundings.endpoints(peer)) {
            paths.add(peer.paths.of(new Path.Direct(endpoint)));
        }
        paths.addAll(peer.paths.all());
        paths.remove(tunnel.pathState());
        boolean everything = tunnel.probes.round % HOPELESS_EVERY == 0;
        for (PathState path : paths) {
            if (everything || path.hasAnswered() || path.probesInVain() < HOPELESS) {
                probe(now, tunnel, path, urgency);
            }
        }
    }

    /** Sends a test request by that path. */
    void probe(long now, Tunnel tunnel, PathState path, Urgency urgency) {
        probe(now, tunnel, path, urgency, 0);
    }

    private void probe(long now, Tunnel tunnel, PathState path, Urgency urgency, long askedBy) {
        byte[] payload = payload(tunnel, tunnel.probes.sent(path, now, askedBy), urgency);
        sender.sendBy(now, path.path(), tunnel, PacketType.TEST_REQUEST, payload);
    }

    private static byte[] payload(Tunnel tunnel, long number, Urgency urgency) {
        return tunnel.understandsProbes() ? new Ping(number, urgency).toBytes() : EMPTY;
    }

    /** Asks for a sign of life by the current path, and has its absence noticed. */
    void check(long now, Tunnel tunnel, Urgency urgency) {
        long number = tunnel.probes.sent(tunnel.pathState(), now, 0);
        sender.send(now, tunnel, PacketType.TEST_REQUEST, payload(tunnel, number, urgency), Answer.EXPECTED);
    }

    /** A ping on request; the answer goes to {@link MeshOutput#pong}. */
    void ping(long now, Tunnel tunnel, long number) {
        probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE, number);
        surroundings.watch(now, tunnel);
    }

    /** Answers by the path that the request came by, which to a stock peer is where it sends anyway. */
    void requested(long now, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        Optional<ProbePayload> payload =
                tunnel.understandsProbes() ? ProbePayload.parse(buffer, offset, length) : Optional.empty();
        if (payload.isEmpty()) {
            byte[] echo = new byte[length];
            System.arraycopy(buffer, offset, echo, 0, length);
            sender.sendBy(now, arrival.path(), tunnel, PacketType.TEST_REPLY, echo);
            return;
        }
        switch (payload.get()) {
            case Ping ping -> {
                react(now, tunnel, arrival, ping.urgency());
                Optional<UnderlayEndpoint> seen =
                        arrival instanceof Arrival.Direct(UnderlayEndpoint from) ? Optional.of(from) : Optional.empty();
                byte[] pong = new Pong(ping.number(), seen).toBytes();
                sender.sendBy(now, arrival.path(), tunnel, PacketType.TEST_REPLY, pong);
            }
            case Announcement announcement -> announced(now, tunnel, announcement);
            case Pong pong -> {}
        }
    }

    private void react(long now, Tunnel tunnel, Arrival arrival, Urgency urgency) {
        if (tunnel.standing() != Tunnel.Standing.PRIMARY) {
            return;
        }
        switch (urgency) {
            case ROUTINE -> {}
            case DEAF -> surroundings.deafPeer(now, tunnel);
            case MOVED -> {
                PathState path = tunnel.peer().paths.of(arrival.path());
                if (path != tunnel.pathState() && path.isDirect()) {
                    use(now, tunnel, path);
                    probe(now, tunnel, path, Urgency.ROUTINE);
                } else if (path != tunnel.pathState() && tunnel.pathState().isDirect()) {
                    tunnel.pathState().doubt();
                    probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE);
                    probeAlternatives(now, tunnel, Urgency.ROUTINE);
                }
            }
        }
    }

    /** We have moved: the peer learns it by every path to it that traffic may need in a moment. */
    void moved(long now, Tunnel tunnel) {
        if (tunnel.isWatched()
                && tunnel.understandsProbes()
                && tunnel.pathState().isDirect()) {
            tunnel.pathState().doubt();
            probeAlternatives(now, tunnel, Urgency.MOVED);
        }
    }

    private void announced(long now, Tunnel tunnel, Announcement announcement) {
        Peer peer = tunnel.peer();
        List<UnderlayEndpoint> endpoints = announcement.endpoints().stream()
                .filter(endpoint -> context.mayReach(peer.address(), endpoint))
                .toList();
        boolean grown = peer.remotes.set(Remotes.Source.ANNOUNCED, endpoints);
        grown |= peer.setRelays(peer.address(), announcement.relays());
        if (grown) {
            search(now, tunnel);
        }
    }

    /** A test reply: the path that was probed works. */
    void replied(long now, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        tunnel.probes.replied(now);
        PathState path = tunnel.peer().paths.of(arrival.path());
        long number = tunnel.probes.latest(path);
        if (tunnel.understandsProbes()) {
            if (!(ProbePayload.parse(buffer, offset, length).orElse(null) instanceof Pong pong)) {
                return;
            }
            number = pong.number();
            if (sizes.answered(tunnel, arrival, number)) {
                return;
            }
            pong.seenFrom().ifPresent(seen -> seen(now, tunnel, seen));
        }
        PathState probed = tunnel.probes.take(number);
        if (probed == null) {
            return;
        }
        long roundTrip = now - tunnel.probes.sentAt(number);
        probed.answered(now, roundTrip);
        long askedBy = tunnel.probes.askedBy(number);
        if (askedBy != 0) {
            context.output().pong(tunnel.peer().address(), askedBy, roundTrip);
        }
        if (tunnel.standing() == Tunnel.Standing.PRIMARY) {
            choose(now, tunnel);
        }
    }

    private void seen(long now, Tunnel observer, UnderlayEndpoint endpoint) {
        if (ownEndpoints.seen(observer.addresses().getFirst(), endpoint)) {
            for (Peer peer : peers.all()) {
                Tunnel tunnel = peer.primary();
                if (tunnel != null && tunnel != observer) {
                    announce(now, tunnel);
                }
            }
        }
    }

    /** Tells a Pharos peer that we reach through a relay where else we may be. */
    void announce(long now, Tunnel tunnel) {
        if (tunnel.understandsProbes()
                && !tunnel.pathState().isDirect()
                && now - tunnel.probes.announcedAt > ANNOUNCE_INTERVAL / 10) {
            tunnel.probes.announcedAt = now;
            var relays = context.settings().relaying().advertised();
            byte[] payload = new Announcement(ownEndpoints.all(), relays).toBytes();
            sender.sendBy(now, tunnel.path(), tunnel, PacketType.TEST_REQUEST, payload);
        }
    }

    /** Something came by another path than the current one. Returns whether the peer seems to have left the latter. */
    boolean heardElsewhere(long now, Tunnel tunnel, PathState path) {
        if (path == tunnel.pathState()) {
            return false;
        }
        if (now - path.lastProbe() > RECENT && now - path.lastAnswered() > PROVEN) {
            probe(now, tunnel, path, Urgency.ROUTINE);
        }
        if (isOurTurnToFollow(now, tunnel, path)) {
            use(now, tunnel, path);
            return false;
        }
        long quietSince = tunnel.pathUnansweredSince();
        long patience = Times.millis(100) + 2 * Math.max(0, tunnel.pathState().roundTrip());
        return quietSince != Times.NEVER
                && now - quietSince > patience
                && now - tunnel.pathState().lastAnswered() > patience;
    }

    /**
     * A stock peer keeps to the relay by which it heard our first message. Once ours stays silent we take the one that it is
     * heard by: of two, one could die while the other makes us believe that all is well.
     */
    void heardByAnotherRelay(long now, Tunnel tunnel, PathState path) {
        long quietSince = tunnel.pathUnansweredSince();
        if (tunnel.standing() != Tunnel.Standing.PRIMARY
                || tunnel.pathState().isDirect()
                || quietSince == Times.NEVER
                || now - quietSince < DISAGREEING) {
            return;
        }
        if (now - path.lastAnswered() < PROVEN) {
            use(now, tunnel, path);
        } else if (now - path.lastProbe() > RECENT) {
            probe(now, tunnel, path, Urgency.ROUTINE);
        }
    }

    /** Two hosts that chose different relays agree on the one of the host with the higher address. */
    private boolean isOurTurnToFollow(long now, Tunnel tunnel, PathState path) {
        return !path.isDirect()
                && !tunnel.pathState().isDirect()
                && tunnel.pathUnansweredSince() != Times.NEVER
                && now - tunnel.pathUnansweredSince() > AGREE_AFTER
                && now - path.lastAnswered() < PROVEN
                && context.identity().address().compareTo(tunnel.peer().address()) < 0;
    }

    /** Decides anew which path carries the tunnel. */
    void choose(long now, Tunnel tunnel) {
        PathState before = tunnel.pathState();
        PathState chosen = PathChoice.choose(
                before,
                tunnel.pathChosenAt(),
                tunnel.peer().paths.all(),
                context.settings().underlay().preferred(),
                now);
        if (chosen != null && chosen != before) {
            if (PathChoice.isFailing(before, now)) {
                before.failed(now);
            }
            use(now, tunnel, chosen);
        }
    }

    /** Moves the tunnel to a path. */
    void use(long now, Tunnel tunnel, PathState chosen) {
        PathState before = tunnel.pathState();
        tunnel.use(chosen, now);
        if (tunnel.standing() != Tunnel.Standing.PRIMARY) {
            return;
        }
        context.output()
                .event(new PathChanged(
                        tunnel.peerName(),
                        tunnel.peer().address(),
                        before.path().toString(),
                        chosen.path().toString()));
        if (before.isDirect() != chosen.isDirect()) {
            announce(now, tunnel);
            search(now, tunnel);
        }
    }
}
