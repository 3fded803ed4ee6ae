package dev.pharos.agent.dataplane;

import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Decision;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.Flow;
import dev.pharos.agent.firewall.PeerIdentity;
import dev.pharos.agent.firewall.Refusals;
import dev.pharos.agent.firewall.Verdict;
import dev.pharos.agent.mesh.Tunnel;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The firewall of one loop. It knows peers by their certificates; which tunnel shows which is remembered here, one identity
 * for the life of a tunnel.
 */
public final class FirewallFilter implements PacketFilter {
    private final Firewall firewall;
    /** Each an array of one, so that counting allocates nothing. */
    private final Map<Verdict, long[]> refusedIn = zeros();

    private final Map<Verdict, long[]> refusedOut = zeros();
    private final Map<Tunnel, PeerIdentity> peers = new HashMap<>();

    /** The tunnel judged last: packets come in runs. */
    private @Nullable Tunnel lastTunnel;

    private @Nullable PeerIdentity lastPeer;
    private Verdict lastVerdict = Verdict.ALLOWED;

    public FirewallFilter(Firewall firewall) {
        this.firewall = firewall;
    }

    @Override
    public boolean allowsOut(Tunnel to, byte[] packet, int offset, int length, long now) {
        return counted(refusedOut, firewall.judgeOutbound(peer(to), packet, offset, length, now));
    }

    @Override
    public boolean allowsIn(Tunnel from, byte[] packet, int offset, int length, long now) {
        return counted(refusedIn, firewall.judgeInbound(peer(from), packet, offset, length, now));
    }

    @Override
    public boolean tellsHost() {
        return firewall.rules().refusals().outbound() == Refusals.Action.REJECT && lastVerdict != Verdict.MALFORMED;
    }

    @Override
    public boolean tellsHostOfNoRoute() {
        return firewall.rules().refusals().outbound() == Refusals.Action.REJECT;
    }

    /** A peer takes nothing from addresses that are not ours, and nothing for those that are not its own. */
    @Override
    public boolean tellsPeer() {
        return firewall.rules().refusals().inbound() == Refusals.Action.REJECT && lastVerdict == Verdict.NO_RULE;
    }

    private static Map<Verdict, long[]> zeros() {
        Map<Verdict, long[]> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, new long[1]);
        }
        return counts;
    }

    private boolean counted(Map<Verdict, long[]> refused, Verdict verdict) {
        lastVerdict = verdict;
        if (verdict.isAllowed()) {
            return true;
        }
        long[] count = refused.get(verdict);
        if (count != null) {
            count[0]++;
        }
        return false;
    }

    /** How many packets were refused for that reason; on the loop's thread. */
    public long refused(Direction direction, Verdict why) {
        long[] count = (direction == Direction.INBOUND ? refusedIn : refusedOut).get(why);
        return count == null ? 0 : count[0];
    }

    /** Connections tracked now; on the loop's thread. */
    public int connections() {
        return firewall.connections();
    }

    /** Connections that were forgotten before their time, as there were too many; on the loop's thread. */
    public long displaced() {
        return firewall.displaced();
    }

    private PeerIdentity peer(Tunnel tunnel) {
        PeerIdentity last = lastPeer;
        if (last != null && tunnel == lastTunnel) {
            return last;
        }
        PeerIdentity found = peers.computeIfAbsent(tunnel, FirewallFilter::identity);
        lastTunnel = tunnel;
        lastPeer = found;
        return found;
    }

    private static PeerIdentity identity(Tunnel tunnel) {
        return PeerIdentity.of(tunnel.certificate(), tunnel.trusted().authority());
    }

    /** What would become of a flow in this tunnel and by which rule; on the loop's thread. */
    public Decision explain(Tunnel tunnel, Direction direction, Flow flow) {
        return firewall.rules().explain(direction, peer(tunnel), flow);
    }

    /** Enforces other rules and timeouts from the next packet on; on the loop's thread. */
    public void change(FirewallRules rules, ConnectionLimits limits) {
        firewall.change(rules);
        firewall.timeouts(limits);
    }

    @Override
    public void closed(Tunnel tunnel) {
        peers.remove(tunnel);
        lastTunnel = null;
        lastPeer = null;
    }
}
