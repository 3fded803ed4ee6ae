package dev.pharos.agent.firewall;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The rules as one would say them, one after the other, without any table: the oracle of {@link RulesPropertyTests}. */
final class NaiveRules {
    record Flow(
            Direction direction, VpnAddress local, VpnAddress remote, int protocol, int localPort, int remotePort) {}

    record Certificate(String name, Set<String> groups, String authorityName, Fingerprint authority) {}

    private NaiveRules() {}

    /** The place of the first rule that allows the flow, empty when none does. */
    static OptionalInt first(
            List<Rule> rules, Flow flow, Certificate peer, List<VpnPrefix> networks, List<VpnPrefix> subnets) {
        return IntStream.range(0, rules.size())
                .filter(i -> allows(rules.get(i), flow, peer, networks, subnets))
                .findFirst();
    }

    private static boolean allows(
            Rule rule, Flow flow, Certificate peer, List<VpnPrefix> networks, List<VpnPrefix> subnets) {
        return protocol(rule, flow)
                && port(rule, flow)
                && peer(rule, flow, peer)
                && local(rule, flow, networks, subnets)
                && authority(rule, peer);
    }

    private static boolean protocol(Rule rule, Flow flow) {
        return switch (rule.protocol()) {
            case ANY -> true;
            case TCP -> flow.protocol() == Packets.TCP;
            case UDP -> flow.protocol() == Packets.UDP;
            case ICMP -> flow.protocol() == Packets.ICMP;
        };
    }

    private static boolean port(Rule rule, Flow flow) {
        if (rule.protocol() == Rule.Protocol.ICMP) {
            return true;
        }
        boolean hasPorts = flow.protocol() == Packets.TCP || flow.protocol() == Packets.UDP;
        int port = flow.direction() == Direction.INBOUND ? flow.localPort() : flow.remotePort();
        return switch (rule.ports()) {
            case Ports.Any any -> true;
            case Ports.Fragments fragments -> false;
            case Ports.Range range -> hasPorts && range.first() <= port && port <= range.last();
        };
    }

    private static boolean peer(Rule rule, Flow flow, Certificate peer) {
        boolean anyone =
                rule.host().isEmpty() && rule.groups().isEmpty() && rule.cidr().isEmpty();
        return anyone
                || rule.host().equals(Optional.of("any"))
                || rule.groups().contains("any")
                || rule.host().equals(Optional.of(peer.name()))
                || (!rule.groups().isEmpty() && peer.groups().containsAll(rule.groups()))
                || rule.cidr().filter(cidr -> cidr.contains(flow.remote())).isPresent();
    }

    private static boolean local(Rule rule, Flow flow, List<VpnPrefix> networks, List<VpnPrefix> subnets) {
        return switch (rule.local()) {
            case LocalRange.Any any -> true;
            case LocalRange.Within within -> within.prefix().contains(flow.local());
            case LocalRange.Unset unset ->
                subnets.isEmpty() || networks.stream().anyMatch(network -> network.contains(flow.local()));
        };
    }

    private static boolean authority(Rule rule, Certificate peer) {
        boolean unsaid = rule.authority().isEmpty() && rule.authorityName().isEmpty();
        return unsaid
                || rule.authority().equals(Optional.of(peer.authority()))
                || rule.authorityName().equals(Optional.of(peer.authorityName()));
    }
}
