package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;

/**
 * Gets busy tunnels into preferred ranges (facts, nebula-protocol 7.3): every so many packets the peer's preferred
 * endpoints are tried, and more seldom lighthouses are asked whether there are new ones. What answers is then a matter for
 * {@link PathChoice}; a stock peer moves by itself to where it hears us.
 */
final class Promoter {
    private final Context context;
    private final Prober prober;
    private final PathSearch.Surroundings surroundings;

    Promoter(Context context, Prober prober, PathSearch.Surroundings surroundings) {
        this.context = context;
        this.prober = prober;
        this.surroundings = surroundings;
    }

    /** Looks at a tunnel that carries traffic. */
    void look(long now, Tunnel tunnel) {
        List<VpnPrefix> preferred = context.settings().underlay().preferred();
        UnderlayEndpoint current = tunnel.endpoint();
        if (preferred.isEmpty() || (current != null && RemoteOrder.isIn(preferred, current))) {
            return;
        }
        var promotion = context.settings().promotion();
        Probes probes = tunnel.probes;
        if (isDue(tunnel, probes.packetsAtTry, promotion.tryEveryPackets())) {
            probes.packetsAtTry = tunnel.packetsSent();
            tryPreferred(now, tunnel, preferred);
        }
        if (isDue(tunnel, probes.packetsAtQuery, promotion.requeryEveryPackets())
                && now - tunnel.peer().lastQuery >= promotion.requeryWait().toNanos()) {
            probes.packetsAtQuery = tunnel.packetsSent();
            surroundings.find(now, tunnel.peer());
        }
    }

    private static boolean isDue(Tunnel tunnel, long last, long every) {
        return every > 0 && tunnel.packetsSent() - last >= every;
    }

    private void tryPreferred(long now, Tunnel tunnel, List<VpnPrefix> preferred) {
        for (UnderlayEndpoint endpoint : surroundings.endpoints(tunnel.peer())) {
            if (RemoteOrder.isIn(preferred, endpoint)) {
                PathState path = tunnel.peer().paths.of(new Path.Direct(endpoint));
                prober.probe(now, tunnel, path, ProbePayload.Urgency.ROUTINE);
            }
        }
    }
}
