package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.ProbePayload.Urgency;

/**
 * Whether a stock peer that is heard hears us too. Nothing that it sends by itself tells: it goes on sending to where it
 * heard us last. But it answers each test request at once, and from where its other packets come. So while those arrive and
 * answers stay out, it is our packets that are lost. A Pharos peer says so itself ({@link Urgency#DEAF}).
 *
 * <p>Asked only on tunnels that send, by their own path, which moves no peer. A tenth of all packets lost both ways is
 * taken for deafness once in half an hour.
 */
final class StockHearing {
    /** Between two questions while each is answered. */
    private static final long ROUTINE = Times.millis(500);

    private static final long FIRST_PATIENCE = Times.millis(150);
    private static final long AGAIN = Times.millis(100);
    private static final int MISSING = 5;

    /** After so long what was asked before says nothing of now. */
    private static final long STALE = Times.seconds(2);

    private final Prober prober;

    StockHearing(Prober prober) {
        this.prober = prober;
    }

    /** Asks when it is time to. Returns whether so many answers are missing that the peer must be deaf to us. */
    boolean isLost(long now, Tunnel tunnel) {
        Probes probes = tunnel.probes;
        if (tunnel.understandsProbes() || now - tunnel.lastUsed() > ROUTINE) {
            return false;
        }
        if (now - probes.askedAt > STALE) {
            probes.repliesMissing = 0;
        }
        if (now - probes.askedAt < patience(tunnel)) {
            return false;
        }
        if (probes.repliesMissing >= MISSING) {
            return true;
        }
        probes.repliesMissing++;
        probes.askedAt = now;
        prober.probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE);
        return false;
    }

    private static long patience(Tunnel tunnel) {
        long roundTrip = Math.max(0, tunnel.pathState().roundTrip());
        return switch (tunnel.probes.repliesMissing) {
            case 0 -> ROUTINE;
            case 1 -> Math.max(FIRST_PATIENCE, 2 * roundTrip);
            default -> Math.max(AGAIN, roundTrip);
        };
    }
}
