package dev.pharos.agent.firewall;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules for the same peers by what they let them use: protocol, then port. */
final class ServiceTable {
    private final PortTable any;
    private final PortTable tcp;
    private final PortTable udp;
    private final PortTable icmp;

    private ServiceTable(PortTable any, PortTable tcp, PortTable udp, PortTable icmp) {
        this.any = any;
        this.tcp = tcp;
        this.udp = udp;
        this.icmp = icmp;
    }

    /** From rules in their order. */
    static ServiceTable of(List<CompiledRule> rules) {
        return new ServiceTable(
                table(Rule.Protocol.ANY, rules),
                table(Rule.Protocol.TCP, rules),
                table(Rule.Protocol.UDP, rules),
                table(Rule.Protocol.ICMP, rules));
    }

    private static PortTable table(Rule.Protocol protocol, List<CompiledRule> rules) {
        return PortTable.of(rules.stream()
                .filter(rule -> rule.rule().protocol() == protocol)
                .toList());
    }

    /** The first rule that allows the packet, or null when none does. */
    @Nullable
    CompiledRule find(Direction direction, PacketView packet, PeerIdentity peer) {
        return switch (packet.protocol) {
            case PacketView.TCP ->
                CompiledRule.first(any.find(direction, packet, peer), tcp.find(direction, packet, peer));
            case PacketView.UDP ->
                CompiledRule.first(any.find(direction, packet, peer), udp.find(direction, packet, peer));
            // The identifier in the place of a port is for tracking, not for rules.
            case PacketView.ICMP, PacketView.ICMP_V6 ->
                CompiledRule.first(any.findForAnyPort(packet, peer), icmp.findForAnyPort(packet, peer));
            default -> any.find(direction, packet, peer);
        };
    }
}
