package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.Collection;
import java.util.List;

/**
 * What a punch is worth to us. A stock peer behind a symmetric NAT can be reached only at the port that its NAT opens
 * towards us, and its punch is the one thing that shows that port: it never probes by itself. Who sent the punch it does
 * not say, so it is a hint only for peers that we know at that address: those that we are calling, and those that we
 * reach through a relay and seek a direct path to.
 *
 * <p>Anybody can send a byte with any sender's address. The answer is one test packet of 32 bytes, or a first message that
 * the address gets at another port anyway, 20 a second at most in all, so nobody is worth attacking by it.
 */
final class PunchHints {
    private static final int PER_SECOND = 20;
    private static final int LOOKS_PER_SECOND = 500;

    private final Context context;
    private final Handshakes handshakes;
    private final Prober prober;
    private final TokenBucket looks = new TokenBucket(LOOKS_PER_SECOND, LOOKS_PER_SECOND);
    private final TokenBucket limit = new TokenBucket(PER_SECOND, PER_SECOND);

    PunchHints(Context context, Handshakes handshakes, Prober prober) {
        this.context = context;
        this.handshakes = handshakes;
        this.prober = prober;
    }

    /** A punch came from there; {@code active} are the tunnels in use. */
    void punched(long now, UnderlayEndpoint from, Collection<Tunnel> active) {
        if (!looks.take(now)) {
            return;
        }
        for (Tunnel tunnel : active) {
            if (isSought(tunnel) && mayBe(tunnel.peer(), from) && limit.take(now)) {
                tunnel.peer().remotes.set(Remotes.Source.CLAIMED, List.of(from));
                prober.probe(now, tunnel, tunnel.peer().paths.of(new Path.Direct(from)), ProbePayload.Urgency.ROUTINE);
            }
        }
        for (PendingHandshake handshake : handshakes.underWay()) {
            Peer peer = handshake.peer();
            if (!peer.remotes.all().contains(from)
                    && !handshake.isRefused(from)
                    && mayBe(peer, from)
                    && limit.take(now)) {
                handshakes.tryAlso(now, handshake, from);
            }
        }
    }

    private static boolean isSought(Tunnel tunnel) {
        return tunnel.standing() == Tunnel.Standing.PRIMARY
                && !tunnel.understandsProbes()
                && !tunnel.pathState().isDirect()
                && tunnel.probes.nextRound != Times.FOREVER;
    }

    private boolean mayBe(Peer peer, UnderlayEndpoint from) {
        return isKnownAt(peer, from) && context.mayReach(peer.address(), from);
    }

    private static boolean isKnownAt(Peer peer, UnderlayEndpoint from) {
        for (UnderlayEndpoint known : peer.remotes.all()) {
            if (known.high() == from.high() && known.low() == from.low()) {
                return true;
            }
        }
        return false;
    }
}
