package dev.pharos.control.policy;

import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicyTest.Packet;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.Rule.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What rules mean, in the words of the agent's firewall: a packet is let through when one of them matches it. */
final class RuleSet {
    private RuleSet() {}

    /**
     * Whether a rule matches.
     *
     * @param local the address at the end whose rules they are
     * @param remote the other address: the peer's own, or one in a subnet that it is a router of
     * @param peer whose certificate counts
     */
    static boolean admits(List<Rule> rules, Packet packet, VpnAddress local, VpnAddress remote, Subject peer) {
        return rules.stream()
                .anyMatch(rule -> (rule.protocol() == Protocol.ANY || rule.protocol() == packet.protocol())
                        && matchesPort(rule, packet)
                        && peer.groups().containsAll(rule.groups())
                        && rule.cidr().map(cidr -> cidr.contains(remote)).orElse(true)
                        && rule.localCidr().map(cidr -> cidr.contains(local)).orElse(true));
    }

    /** Only a rule for every port matches what has none; a rule for icmp has no other. */
    private static boolean matchesPort(Rule rule, Packet packet) {
        boolean hasPort = packet.protocol() == Protocol.TCP || packet.protocol() == Protocol.UDP;
        return rule.ports().equals(PortRange.ANY)
                || (hasPort
                        && packet.port() >= rule.ports().first()
                        && packet.port() <= rule.ports().last());
    }

    /** The same without rules that others make needless, in the same order. */
    static List<Rule> minimal(Collection<Rule> rules) {
        List<Rule> kept = new ArrayList<>();
        for (Rule rule : rules) {
            if (kept.stream().noneMatch(other -> covers(other, rule))) {
                kept.removeIf(other -> covers(rule, other));
                kept.add(rule);
            }
        }
        return List.copyOf(kept);
    }

    /** Whether every packet that {@code part} matches is matched by {@code whole}. */
    static boolean covers(Rule whole, Rule part) {
        return (whole.protocol() == Protocol.ANY || whole.protocol() == part.protocol())
                && coversPorts(whole, part)
                && part.groups().containsAll(whole.groups())
                && coversRange(whole.cidr(), part.cidr())
                && coversRange(whole.localCidr(), part.localCidr());
    }

    private static boolean coversRange(Optional<VpnPrefix> whole, Optional<VpnPrefix> part) {
        return whole.isEmpty() || (part.isPresent() && whole.get().contains(part.get()));
    }

    private static boolean coversPorts(Rule whole, Rule part) {
        if (whole.ports().equals(PortRange.ANY)) {
            return true;
        }
        boolean hasPorts = part.protocol() == Protocol.TCP || part.protocol() == Protocol.UDP;
        return (part.ports().equals(whole.ports()) && part.protocol() == whole.protocol())
                || (hasPorts
                        && !part.ports().equals(PortRange.ANY)
                        && whole.ports().first() <= part.ports().first()
                        && part.ports().last() <= whole.ports().last());
    }
}
