package dev.pharos.agent.firewall;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of both directions together with whom they protect: immutable, made once, handed to every event loop. */
public final class FirewallRules {
    private final LocalHost local;
    private final RuleTable inbound;
    private final RuleTable outbound;
    private final Refusals refusals;
    private final List<Rule> inboundRules;
    private final List<Rule> outboundRules;

    public FirewallRules(LocalHost local, List<Rule> inbound, List<Rule> outbound, UnsetLocalRange unset) {
        this(local, inbound, outbound, unset, Refusals.SILENT);
    }

    public FirewallRules(
            LocalHost local, List<Rule> inbound, List<Rule> outbound, UnsetLocalRange unset, Refusals refusals) {
        this.local = local;
        this.inbound = new RuleTable(Direction.INBOUND, inbound, local, unset);
        this.outbound = new RuleTable(Direction.OUTBOUND, outbound, local, unset);
        this.inboundRules = List.copyOf(inbound);
        this.outboundRules = List.copyOf(outbound);
        this.refusals = refusals;
    }

    /** Whether senders of refused packets are told. */
    public Refusals refusals() {
        return refusals;
    }

    /** In the order of the file. */
    public List<Rule> rules(Direction direction) {
        return switch (direction) {
            case INBOUND -> inboundRules;
            case OUTBOUND -> outboundRules;
        };
    }

    boolean allow(Direction direction, PacketView packet, PeerIdentity peer) {
        return find(direction, packet, peer) != null;
    }

    private @Nullable CompiledRule find(Direction direction, PacketView packet, PeerIdentity peer) {
        return switch (direction) {
            case INBOUND -> inbound.find(packet, peer);
            case OUTBOUND -> outbound.find(packet, peer);
        };
    }

    /** Why addresses may not be used between us and this peer, or {@link Verdict#ALLOWED}. */
    Verdict judgeAddresses(PacketView packet, PeerIdentity peer) {
        if (!peer.owns(packet.remoteHigh, packet.remoteLow, local)) {
            return Verdict.FOREIGN_REMOTE;
        }
        return local.handles(packet.localHigh, packet.localLow) ? Verdict.ALLOWED : Verdict.FOREIGN_LOCAL;
    }

    /**
     * Answers what would become of the first packet of a flow, and by which rule, with the very look-up that packets get.
     * Live connections play no part in it.
     *
     * @param direction who begins: inbound the peer, outbound this host
     */
    public Decision explain(Direction direction, PeerIdentity peer, Flow flow) {
        PacketView packet = new PacketView();
        packet.fill(flow);
        Verdict addresses = judgeAddresses(packet, peer);
        if (!addresses.isAllowed()) {
            return Decision.refused(addresses);
        }
        CompiledRule found = find(direction, packet, peer);
        return found == null ? Decision.refused(Verdict.NO_RULE) : Decision.allowedBy(found.rule(), found.index());
    }
}
