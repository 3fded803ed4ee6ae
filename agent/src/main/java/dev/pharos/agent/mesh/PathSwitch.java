package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.PathChanged;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import org.jspecify.annotations.Nullable;

/** Moves tunnels from path to path: by {@link PathChoice} on what probes found, or after a peer that has moved. */
final class PathSwitch implements TunnelListener {
    private static final long RECENT = Times.millis(200);
    private static final long PROVEN = Times.seconds(3);
    private static final long AGREE_AFTER = Times.millis(500);

    /** Answers to what went by a relay are late by the way there and back. */
    private static final long DISAGREEING = Times.millis(250);

    /** A direct path not heard for so long, while the peer is heard by another one, may lead to where the peer was. */
    private static final long DESERTED = Times.seconds(5);

    private final Context context;
    private final Prober prober;
    private final PathSearch search;

    PathSwitch(Context context, Prober prober, PathSearch search) {
        this.context = context;
        this.prober = prober;
        this.search = search;
    }

    @Override
    public void promoted(long now, Tunnel tunnel, @Nullable Tunnel previous) {
        if (previous != null && previous.probes.isSuspect()) {
            abandon(now, previous, tunnel);
        }
        prober.probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE);
        Peer peer = tunnel.peer();
        for (int left = peer.pings.size(); left > 0; left--) {
            prober.ping(now, tunnel, peer.pings.removeFirst());
        }
        prober.announce(now, tunnel);
        search.begin(now, tunnel);
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

    /** Something came by another path than the current one. Returns whether the peer seems to have left the latter. */
    boolean heardElsewhere(long now, Tunnel tunnel, PathState path) {
        if (path == tunnel.pathState()) {
            return false;
        }
        if (now - path.lastProbe() > RECENT && now - path.lastAnswered() > PROVEN) {
            prober.probe(now, tunnel, path, Urgency.ROUTINE);
            checkDeserted(now, tunnel);
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
     * While nothing is sent nothing is missed: without a question to the old address of a peer whose router gave it another one,
     * we would keep to it, and what we have to say one day would be lost there.
     */
    private void checkDeserted(long now, Tunnel tunnel) {
        PathState current = tunnel.pathState();
        if (current.isDirect() && now - current.lastHeard() > DESERTED) {
            prober.check(now, tunnel, Urgency.ROUTINE);
        }
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
            prober.probe(now, tunnel, path, Urgency.ROUTINE);
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
            prober.announce(now, tunnel);
            search.begin(now, tunnel);
        }
    }
}
