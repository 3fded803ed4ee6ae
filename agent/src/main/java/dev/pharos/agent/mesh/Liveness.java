package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Notices within a fraction of a second that a path or a peer died, at no cost while nothing is sent. A tunnel that
 * sends is watched; when it has sent and heard nothing for max(150 ms, 3 round trips) it is suspect: probes go out on all
 * its paths, 100 ms apart, and it moves to the first that answers. When none does, a new handshake is begun by every way
 * there is, which finds a peer that restarted, and moves a stock peer.
 */
final class Liveness {
    static final long TICK = Times.millis(50);

    private static final long QUIET = Times.millis(150);

    /** Quiet on the current path alone: the peer is heard by another one. */
    private static final long PATH_QUIET = Times.millis(250);

    private static final long VOLLEY_INTERVAL = Times.millis(100);
    private static final long SLOW_VOLLEY_INTERVAL = Times.millis(500);
    private static final int FAST_VOLLEYS = 15;
    private static final int VOLLEYS_BEFORE_HANDSHAKE = 3;
    private static final int VOLLEYS_BEFORE_STOCK_HANDSHAKE = 2;
    private static final long REHANDSHAKE_INTERVAL = Times.seconds(2);
    private static final long FRUITLESS_INTERVAL = Times.millis(400);
    private static final long IDLE = Times.seconds(2);
    private static final long SEARCH = Times.seconds(10);

    /** Whom liveness asks to act. */
    interface Surroundings {
        void startHandshake(long now, Peer peer);

        void renewRelay(long now, Peer peer, PathState path);
    }

    private final Context context;
    private final Tunnels tunnels;
    private final Prober prober;
    private final PathSearch search;
    private final PathSwitch paths;
    private final PathSizes sizes;
    private final StockHearing hearing;
    private final Surroundings surroundings;
    private final List<Tunnel> watched = new ArrayList<>();
    private long nextTick = Times.FOREVER;

    Liveness(
            Context context,
            Tunnels tunnels,
            Prober prober,
            PathSearch search,
            PathSwitch paths,
            PathSizes sizes,
            Surroundings surroundings) {
        this.context = context;
        this.tunnels = tunnels;
        this.prober = prober;
        this.search = search;
        this.paths = paths;
        this.sizes = sizes;
        this.hearing = new StockHearing(prober);
        this.surroundings = surroundings;
    }

    int watched() {
        return watched.size();
    }

    long nextDeadline() {
        return nextTick;
    }

    /** The tunnels in use. */
    Collection<Tunnel> inUse() {
        return watched;
    }

    /** Looks at this tunnel until it has been idle and healthy for a while. */
    void watch(long now, Tunnel tunnel) {
        if (!tunnel.isWatched()) {
            tunnel.watched();
            watched.add(tunnel);
        }
        nextTick = Math.min(nextTick, now + TICK);
    }

    void advance(long now) {
        if (now < nextTick) {
            return;
        }
        for (Tunnel tunnel : List.copyOf(watched)) {
            look(now, tunnel);
        }
        watched.removeIf(tunnel -> isAtRest(now, tunnel));
        nextTick = watched.isEmpty() ? Times.FOREVER : now + TICK;
    }

    private static boolean isAtRest(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        boolean searching = probes.nextRound != Times.FOREVER && now - tunnel.pathChosenAt() < SEARCH;
        boolean rest = tunnel.standing() != Tunnel.Standing.PRIMARY
                || (now - tunnel.lastUsed() > IDLE && !probes.isSuspect() && !searching);
        if (rest) {
            probes.nextRound = Times.FOREVER;
            tunnel.unwatch();
        }
        return rest;
    }

    private void look(long now, Tunnel tunnel) {
        if (tunnel.standing() != Tunnel.Standing.PRIMARY) {
            return;
        }
        search.tick(now, tunnel);
        sizes.tick(now, tunnel);
        if (tunnel.probes.isSuspect()) {
            pursue(now, tunnel);
        } else if (isQuiet(now, tunnel)) {
            suspect(now, tunnel);
        } else if (isPathQuiet(now, tunnel)) {
            question(now, tunnel);
        } else if (hearing.isLost(now, tunnel)) {
            // It is moved by a new handshake alone.
            deafPeer(now, tunnel);
            rehandshake(now, tunnel.peer());
        }
    }

    private static boolean isQuiet(long now, Tunnel tunnel) {
        long roundTrips = 3 * Math.max(0, tunnel.pathState().roundTrip());
        long since = tunnel.unansweredSince();
        if (since != Times.NEVER && now - since >= Math.max(QUIET, roundTrips)) {
            return true;
        }
        return false;
    }

    private void question(long now, Tunnel tunnel) {
        PathState path = tunnel.pathState();
        if (path.unanswered() == 0) {
            prober.probe(now, tunnel, path, Urgency.ROUTINE);
        } else if (now - path.unansweredSince() > Math.max(QUIET, 2 * path.roundTrip())) {
            suspect(now, tunnel);
        }
    }

    /** The peer is heard, but by another path: whether ours still reaches it, only a probe can tell. */
    private static boolean isPathQuiet(long now, Tunnel tunnel) {
        long roundTrips = 3 * Math.max(0, tunnel.pathState().roundTrip());
        long since = Math.max(tunnel.pathUnansweredSince(), tunnel.pathState().lastAnswered());
        return tunnel.understandsProbes()
                && tunnel.pathUnansweredSince() != Times.NEVER
                && now - since >= Math.max(PATH_QUIET, roundTrips);
    }

    /** Something speaks against this tunnel or its path: find out at once. */
    void suspect(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (probes.isSuspect() || tunnel.standing() != Tunnel.Standing.PRIMARY) {
            return;
        }
        probes.suspectSince = now;
        probes.volleys = 0;
        probes.nextVolley = now;
        tunnel.pathState().calm();
        watch(now, tunnel);
        pursue(now, tunnel);
    }

    /** The peer hears nothing from us: only an answer proves that it does again. */
    void deafPeer(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (!probes.peerIsDeaf && tunnel.pathState().lastAnswered() < now - QUIET) {
            suspect(now, tunnel);
            probes.peerIsDeaf = probes.isSuspect();
        }
    }

    /** We have moved: a stock peer that its router keeps us from is reached by a new handshake alone, through a relay. */
    void moved(long now, Tunnel tunnel) {
        if (tunnel.isWatched() && !tunnel.understandsProbes()) {
            rehandshake(now, tunnel.peer());
        }
    }

    private void pursue(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (lastProof(tunnel) > probes.suspectSince) {
            probes.suspectSince = Times.NEVER;
            probes.peerIsDeaf = false;
            return;
        }
        if (now < probes.nextVolley) {
            return;
        }
        if (now - lastSign(tunnel) > context.settings().timers().dead().toNanos()) {
            tunnels.close(now, tunnel, CloseReason.DEAD, Tunnels.Notice.SILENT);
            return;
        }
        volley(now, tunnel);
    }

    /** When something last showed that the tunnel works. Stock peers answer by a path of their choice. */
    private static long lastProof(Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (!probes.peerIsDeaf) {
            return tunnel.pathState().lastHeard();
        }
        return tunnel.understandsProbes() ? tunnel.pathState().lastAnswered() : probes.repliedAt;
    }

    /** What a deaf stock peer sends still arrives by its tunnel, and by no other until it can be told. */
    private static long lastSign(Tunnel tunnel) {
        Probes probes = tunnel.probes;
        return probes.peerIsDeaf && !tunnel.understandsProbes()
                ? Math.max(probes.suspectSince, tunnel.lastHeard())
                : probes.suspectSince;
    }

    private void volley(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        boolean pharos = tunnel.understandsProbes();
        int before = pharos ? VOLLEYS_BEFORE_HANDSHAKE : VOLLEYS_BEFORE_STOCK_HANDSHAKE;
        if (probes.volleys >= before || isFruitless(tunnel.peer())) {
            rehandshake(now, tunnel.peer());
        }
        Urgency urgency = probes.peerIsDeaf ? Urgency.ROUTINE : Urgency.DEAF;
        prober.probe(now, tunnel, tunnel.pathState(), urgency);
        if (pharos) {
            search.probeAlternatives(now, tunnel, urgency);
            renewRelays(now, tunnel);
        }
        probes.volleys++;
        probes.nextVolley = now + (probes.volleys < FAST_VOLLEYS ? VOLLEY_INTERVAL : SLOW_VOLLEY_INTERVAL);
        paths.choose(now, tunnel);
    }

    /** A relay that restarted knows nothing of its entries any more. */
    private void renewRelays(long now, Tunnel tunnel) {
        if (tunnel.probes.volleys % 5 != 2) {
            return;
        }
        for (PathState path : List.copyOf(tunnel.peer().paths.all())) {
            if (!path.isDirect() && PathChoice.isFailing(path, now)) {
                surroundings.renewRelay(now, tunnel.peer(), path);
            }
        }
    }

    /** Calls a peer beside its tunnel, not too often. */
    void rehandshake(long now, Peer peer) {
        long interval = isFruitless(peer) ? FRUITLESS_INTERVAL : REHANDSHAKE_INTERVAL;
        if (peer.pending == null && now - peer.lastRehandshake > interval) {
            peer.lastRehandshake = now;
            surroundings.startHandshake(now, peer);
        }
    }

    /**
     * Whether a stock peer answered the last call through a relay and was never heard since: it sends to where the call
     * reached it first, and nothing arrives from there.
     */
    private static boolean isFruitless(Peer peer) {
        Tunnel primary = peer.primary();
        return primary != null
                && !primary.understandsProbes()
                && !primary.pathState().isDirect()
                && primary.handshaken().at() > peer.lastRehandshake
                && primary.lastHeard() <= primary.handshaken().at();
    }
}
