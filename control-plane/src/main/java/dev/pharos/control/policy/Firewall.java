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
 * a host or range becomes overlay addresses. What may come in is what a policy lets in. Everything may go out, unless a
 * policy that restricts egress has the host among its sources: then the host sends only what some policy lets it send.
 */
public final class Firewall {
    private static final Rule ANYTHING =
            new Rule(Protocol.ANY, PortRange.ANY, List.of(), Optional.empty(), Optional.empty());

    /** What a policy can ask about the host whose rules are wanted. */
    public record Subject(String name, VpnAddress address, List<String> groups) {}

    /** An enabled policy. */
    record Statement(List<Selector> sources, List<Selector> targets, List<Allow> allow, boolean restrictsEgress) {
        static Statement of(List<String> sources, List<String> targets, List<Allow> allow, boolean restrictsEgress) {
            return new Statement(
                    sources.stream().map(text -> Selector.parse("from", text)).toList(),
                    targets.stream().map(text -> Selector.parse("to", text)).toList(),
                    allow,
                    restrictsEgress);
        }

        static Statement of(List<String> sources, List<String> targets, List<Allow> allow) {
            return of(sources, targets, allow, false);
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
            if (coversAny(statement.targets(), host)) {
                statement.sources().forEach(source -> admit(source, statement.allow(), inbound));
            }
        }
        return new Rules(RuleSet.minimal(inbound), outbound(host));
    }

    /** Whether a policy restricts what the host sends. */
    boolean restrictsEgressOf(Subject host) {
        return statements.stream()
                .anyMatch(statement -> statement.restrictsEgress() && coversAny(statement.sources(), host));
    }

    private List<Rule> outbound(Subject host) {
        if (!restrictsEgressOf(host)) {
            return List.of(ANYTHING);
        }
        Set<Rule> outbound = new LinkedHashSet<>();
        for (Statement statement : statements) {
            if (coversAny(statement.sources(), host)) {
                statement.targets().forEach(target -> admit(target, statement.allow(), outbound));
            }
        }
        return RuleSet.minimal(outbound);
    }

    static boolean coversAny(List<Selector> selectors, Subject host) {
        return selectors.stream().anyMatch(selector -> covers(selector, host));
    }

    static boolean covers(Selector selector, Subject host) {
        return switch (selector) {
            case Anyone() -> true;
            case InGroup(String group) -> host.groups().contains(group);
            case OneHost(String name) -> host.name().equals(name);
            case InRange(VpnPrefix range) -> range.contains(host.address());
        };
    }

    private void admit(Selector peer, List<Allow> allow, Set<Rule> rules) {
        switch (peer) {
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
