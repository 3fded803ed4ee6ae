package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Tunnel.Standing;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.cert.Certificate;

/**
 * What it means that an authenticated packet came by another path than the tunnel's, or on another tunnel than the
 * primary one: the peer may have moved (facts, nebula-protocol 7.3), or prefer another of our tunnels (6.5).
 */
final class Roaming {
    /** A stock peer that moved is not followed back within this time: packets overtake each other. */
    private static final long NO_RETURN = Times.seconds(2);

    /**
     * Packets of the tunnel before still come in for so long, or two round trips, after another one was promoted. Among
     * them are answers to our own probes, which say nothing of the peer's choice: each promotion sends a probe, so two
     * tunnels that followed their answers would take turns as fast as packets travel.
     */
    private static final long SETTLED = Times.millis(500);

    private final Context context;
    private final Tunnels tunnels;
    private final Handshakes handshakes;
    private final PathSwitch paths;
    private final Liveness liveness;

    Roaming(Context context, Tunnels tunnels, Handshakes handshakes, PathSwitch paths, Liveness liveness) {
        this.context = context;
        this.tunnels = tunnels;
        this.handshakes = handshakes;
        this.paths = paths;
        this.liveness = liveness;
    }

    void heard(long now, Tunnel tunnel, Path from) {
        switch (tunnel.standing()) {
            case HELD -> {
                tunnels.promote(now, tunnel);
                handshakes.tunnelConfirmed(now, tunnel);
            }
            case SPARE -> {
                if (isPreferred(now, tunnel)) {
                    tunnels.promote(now, tunnel);
                }
            }
            case PRIMARY -> {}
            case CLOSED -> {
                return;
            }
        }
        if (from instanceof Path.Direct(UnderlayEndpoint endpoint)) {
            if (!context.settings().underlay().remotes().allows(tunnel.addresses(), endpoint)) {
                return;
            }
            tunnel.peer().remotes.heard(endpoint);
        }
        PathState path = tunnel.peer().paths.of(from);
        path.heard(now);
        if (tunnel.standing() == Standing.SPARE || !tunnel.understandsProbes()) {
            follow(now, tunnel, path);
        } else if (paths.heardElsewhere(now, tunnel, path)) {
            liveness.suspect(now, tunnel);
        }
    }

    /** The side with the lower address follows the other one's choice; so both end on the same tunnel. */
    private boolean isPreferred(long now, Tunnel tunnel) {
        Tunnel primary = tunnel.peer().primary();
        Certificate own = tunnel.handshaken().own();
        if (primary == null) {
            return true;
        }
        long settled = Math.max(SETTLED, 2 * primary.pathState().roundTrip());
        return context.identity().address().compareTo(tunnel.peer().address()) < 0
                && now - tunnel.peer().promotedAt() > settled
                && context.identity().certificates().contains(own);
    }

    /** A stock peer sends to where it hears us, and is sent to where it is heard; never back to a relay. */
    private void follow(long now, Tunnel tunnel, PathState path) {
        if (path == tunnel.pathState()) {
            return;
        }
        if (!path.isDirect()) {
            paths.heardByAnotherRelay(now, tunnel, path);
            return;
        }
        boolean returns = path == tunnel.pathBefore() && now - tunnel.pathChosenAt() < NO_RETURN;
        if (!returns) {
            paths.use(now, tunnel, path);
        }
    }
}
