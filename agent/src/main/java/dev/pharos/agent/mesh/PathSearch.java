package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Looks for better paths than the current one: rounds of probes, close together at first, then now and then. */
final class PathSearch {
    /** After the beginning of a search, in milliseconds; NATs on both sides open within the first ones. */
    private static final long[] ROUNDS = {0, 100, 250, 500, 1000, 1750};

    /** Lighthouses make a stock peer punch, a second after they are asked. */
    private static final long[] STOCK_ROUNDS = {0, 1100, 1400, 2200, 4200, 6200, 8200};

    /** From this round on lighthouses are asked again where only a sign from the peer shows that a path is alive. */
    private static final int FIRST_LATE_ROUND = 3;

    private static final long NEXT_SEARCH = Times.seconds(2);

    /** Endpoints that never answered are tried in one round of so many, after the first ones. */
    private static final int HOPELESS_EVERY = 5;

    private static final int HOPELESS = 12;

    /** What the search needs of the others. */
    interface Surroundings {
        /** Where the peer may be, best first. */
        List<UnderlayEndpoint> endpoints(Peer peer);

        void find(long now, Peer peer);

        void watch(long now, Tunnel tunnel);
    }

    private final Prober prober;
    private final Surroundings surroundings;

    PathSearch(Prober prober, Surroundings surroundings) {
        this.prober = prober;
        this.surroundings = surroundings;
    }

    /** Where the peer may be, best first. */
    List<UnderlayEndpoint> endpoints(Peer peer) {
        return surroundings.endpoints(peer);
    }

    /** Begins, from the first round. */
    void begin(long now, Tunnel tunnel) {
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
            begin(now, tunnel);
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
        boolean awaited = false;
        for (UnderlayEndpoint endpoint : surroundings.endpoints(tunnel.peer())) {
            PathState path = tunnel.peer().paths.of(new Path.Direct(endpoint));
            if (PathChoice.needsSign(path, now)) {
                awaited = true;
                prober.punch(endpoint);
            } else if (round > 0 && PathChoice.mayReturnTo(path, now)) {
                prober.probe(now, tunnel, path, Urgency.ROUTINE);
            }
        }
        if (round == 0 || (awaited && round >= FIRST_LATE_ROUND)) {
            surroundings.find(now, tunnel.peer());
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
                prober.probe(now, tunnel, path, urgency);
            }
        }
    }

    /**
     * We have moved: the peer learns it by every path to it that traffic may need in a moment. To a stock one only a
     * handshake by a relay leads then, and what its direct paths proved before must not lead back to them.
     */
    void moved(long now, Tunnel tunnel) {
        if (!tunnel.isWatched()) {
            return;
        }
        if (!tunnel.understandsProbes()) {
            tunnel.peer().paths.all().stream().filter(PathState::isDirect).forEach(PathState::doubt);
        } else if (tunnel.pathState().isDirect()) {
            tunnel.pathState().doubt();
            probeAlternatives(now, tunnel, Urgency.MOVED);
        }
    }
}
