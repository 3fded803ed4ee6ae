package dev.pharos.agent.firewall;

import java.util.List;

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
        return PortTable.of(rules.stream()
                .filter(rule -> rule.protocol() == protocol)
                .map(rule -> new PortTable.Entry(
                        protocol == Rule.Protocol.ICMP ? Ports.ANY : rule.ports(), new CompiledRule(rule, host, unset)))
                .toList());
    }

    boolean allows(PacketView packet, PeerIdentity peer) {
        return switch (packet.protocol) {
            case PacketView.TCP -> any.matches(direction, packet, peer) || tcp.matches(direction, packet, peer);
            case PacketView.UDP -> any.matches(direction, packet, peer) || udp.matches(direction, packet, peer);
            // The identifier in the place of a port is for tracking, not for rules.
            case PacketView.ICMP, PacketView.ICMP_V6 ->
                any.matchesAnyPort(packet, peer) || icmp.matchesAnyPort(packet, peer);
            default -> any.matches(direction, packet, peer);
        };
    }
}
