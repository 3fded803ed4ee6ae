package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshEvent.HandshakeRefused;
import dev.pharos.protocol.UnderlayEndpoint;

/** Mentions refused handshakes in the log: a few of each source and in all; the rest is counted. */
final class RefusalLog {
    private static final int PER_SECOND = 2;
    private static final int PER_SOURCE = 1;
    private static final int BURST = 5;

    private final Context context;
    private final SourceLimits limits = new SourceLimits(PER_SECOND, PER_SOURCE, BURST);

    RefusalLog(Context context) {
        this.context = context;
    }

    void refused(long now, Arrival arrival, Exception why) {
        if (limits.take(now, source(arrival))) {
            context.output().event(new HandshakeRefused(arrival.toString(), String.valueOf(why.getMessage())));
        } else {
            context.limits().hit(now, Limit.REFUSALS, arrival);
        }
    }

    /** Whose datagram it was: the peer's, or that of the relay through which it came. */
    static UnderlayEndpoint source(Arrival arrival) {
        return switch (arrival) {
            case Arrival.Direct direct -> direct.from();
            case Arrival.Relayed relayed ->
                relayed.entry().tunnel().path() instanceof Path.Direct(UnderlayEndpoint endpoint)
                        ? endpoint
                        : ProbePayload.NOWHERE;
        };
    }
}
