package dev.pharos.control.policy;

import dev.pharos.control.policy.Selector.Anyone;
import dev.pharos.control.policy.Selector.InGroup;
import dev.pharos.control.policy.Selector.InRange;
import dev.pharos.control.policy.Selector.OneHost;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.OwnPart.Rules;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.Rule.Protocol;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What all policies together mean for one host. Rules need no names: a group becomes the group in the peer's certificate,
 * a host or range becomes overlay addresses. Everything may go out; what may come in is what a policy lets in.
 */
public final class Firewall {
    private static final Rule ANYTHING =
            new Rule(Protocol.ANY, PortRange.ANY, List.of(), Optional.empty(), Optional.empty());

    /** What a policy can ask about the host whose rules are wanted. */
    public record Subject(String name, VpnAddress address, List<String> groups) {}

    /** An enabled policy. */
    record Statement(List<Selector> sources, List<Selector> targets, List<Allow> allow) {
        static Statement of(List<String> sources, List<String> targets, List<Allow> allow) {
            return new Statement(
                    sources.stream().map(text -> Selector.parse("from", text)).toList(),
                    targets.stream().map(text -> Selector.parse("to", text)).toList(),
                    allow);
        }
    }

    private final List<Statement> statements;
    private final Map<String, VpnAddress> addresses;

    /**
     * @param statements in an order that does not depend on chance
     * @param addresses of the hosts by name
     */
    Firewall(List<Statement> statements, Map<String, VpnAddress> addresses) {
        this.statements = List.copyOf(statements);
        this.addresses = Map.copyOf(addresses);
    }

    public Rules rulesFor(Subject host) {
        Set<Rule> inbound = new LinkedHashSet<>();
        for (Statement statement : statements) {
            if (statement.targets().stream().anyMatch(target -> covers(target, host))) {
                statement.sources().forEach(source -> admit(source, statement.allow(), inbound));
            }
        }
        return new Rules(List.copyOf(inbound), List.of(ANYTHING));
    }

    private static boolean covers(Selector target, Subject host) {
        return switch (target) {
            case Anyone() -> true;
            case InGroup(String group) -> host.groups().contains(group);
            case OneHost(String name) -> host.name().equals(name);
            case InRange(VpnPrefix range) -> range.contains(host.address());
        };
    }

    private void admit(Selector source, List<Allow> allow, Set<Rule> rules) {
        switch (source) {
            case Anyone() -> add(allow, List.of(), Optional.empty(), rules);
            case InGroup(String group) -> add(allow, List.of(group), Optional.empty(), rules);
            case InRange(VpnPrefix range) -> add(allow, List.of(), Optional.of(range), rules);
            case OneHost(String name) -> {
                VpnAddress address = addresses.get(name);
                if (address != null) {
                    add(allow, List.of(), Optional.of(new VpnPrefix(address, address.bits())), rules);
                }
            }
        }
    }

    private static void add(List<Allow> allow, List<String> groups, Optional<VpnPrefix> cidr, Set<Rule> rules) {
        for (Allow each : allow) {
            for (PortRange ports : each.ranges()) {
                rules.add(new Rule(each.ruleProtocol(), ports, groups, cidr, Optional.empty()));
            }
        }
    }
}
