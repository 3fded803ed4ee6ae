package dev.pharos.agent.firewall;

import java.util.List;

/** The rules of both directions together with whom they protect: immutable, made once, handed to every event loop. */
public final class FirewallRules {
    private final LocalHost local;
    private final RuleTable inbound;
    private final RuleTable outbound;

    public FirewallRules(LocalHost local, List<Rule> inbound, List<Rule> outbound, UnsetLocalRange unset) {
        this.local = local;
        this.inbound = new RuleTable(Direction.INBOUND, inbound, local, unset);
        this.outbound = new RuleTable(Direction.OUTBOUND, outbound, local, unset);
    }

    LocalHost local() {
        return local;
    }

    boolean allow(Direction direction, PacketView packet, PeerIdentity peer) {
        return switch (direction) {
            case INBOUND -> inbound.allows(packet, peer);
            case OUTBOUND -> outbound.allows(packet, peer);
        };
    }
}
