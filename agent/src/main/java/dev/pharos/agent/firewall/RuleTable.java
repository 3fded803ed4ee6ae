package dev.pharos.agent.firewall;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one direction. */
final class RuleTable {
    private final Direction direction;
    private final PortTable any;
    private final PortTable tcp;
    private final PortTable udp;
    private final PortTable icmp;

    RuleTable(Direction direction, List<Rule> rules, LocalHost host, UnsetLocalRange unset) {
        this.direction = direction;
        this.any = table(Rule.Protocol.ANY, rules, host, unset);
        this.tcp = table(Rule.Protocol.TCP, rules, host, unset);
        this.udp = table(Rule.Protocol.UDP, rules, host, unset);
        this.icmp = table(Rule.Protocol.ICMP, rules, host, unset);
    }

    private static PortTable table(Rule.Protocol protocol, List<Rule> rules, LocalHost host, UnsetLocalRange unset) {
        List<PortTable.Entry> entries = new ArrayList<>();
        for (int index = 0; index < rules.size(); index++) {
            Rule rule = rules.get(index);
            if (rule.protocol() == protocol) {
                Ports ports = protocol == Rule.Protocol.ICMP ? Ports.ANY : rule.ports();
                entries.add(new PortTable.Entry(ports, new CompiledRule(rule, index, host, unset)));
            }
        }
        return PortTable.of(entries);
    }

    /** The rule that allows the packet, or null when none does. */
    @Nullable
    CompiledRule find(PacketView packet, PeerIdentity peer) {
        return switch (packet.protocol) {
            case PacketView.TCP -> either(any, tcp, packet, peer);
            case PacketView.UDP -> either(any, udp, packet, peer);
            case PacketView.ICMP, PacketView.ICMP_V6 -> {
                // The identifier in the place of a port is for tracking, not for rules.
                CompiledRule found = any.findForAnyPort(packet, peer);
                yield found != null ? found : icmp.findForAnyPort(packet, peer);
            }
            default -> any.find(direction, packet, peer);
        };
    }

    private @Nullable CompiledRule either(PortTable one, PortTable other, PacketView packet, PeerIdentity peer) {
        CompiledRule found = one.find(direction, packet, peer);
        return found != null ? found : other.find(direction, packet, peer);
    }
}
