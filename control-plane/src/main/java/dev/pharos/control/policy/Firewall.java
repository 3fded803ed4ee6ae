package dev.pharos.control.policy;

import dev.pharos.control.network.Touched;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What all policies together mean for one host. Rules need no names: a group becomes the group in the peer's certificate,
 * a host or range becomes overlay addresses. What may come in is what a policy lets in. Everything may go out, unless a
 * policy that restricts egress has the host among its sources: then the host sends only what some policy lets it send.
 *
 * <p>A subnet behind a router is a target when a range names it, or a part of it; {@code any} means hosts. Nothing that
 * stands in a subnet is a source.
 */
public final class Firewall {
    /**
     * What a policy can ask about the host whose rules are wanted.
     *
     * @param addresses on the overlay, at least one
     * @param subnets beyond the overlay, that it is a router of
     */
    public record Subject(String name, List<VpnAddress> addresses, List<String> groups, List<VpnPrefix> subnets) {
        public Subject {
            addresses = List.copyOf(addresses);
            groups = List.copyOf(groups);
            subnets = List.copyOf(subnets);
        }

        /**
         * What rules about the host alone name as their local range. Nothing on a host with nothing behind it; on a router
         * its own addresses, so that what is meant for the host never opens the subnets.
         */
        List<Optional<VpnPrefix>> itself() {
            return subnets.isEmpty()
                    ? List.of(Optional.empty())
                    : addresses.stream()
                            .map(address -> Optional.of(new VpnPrefix(address, address.bits())))
                            .toList();
        }
    }

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
    private final Map<String, List<VpnAddress>> addresses;

    /**
     * @param statements in an order that does not depend on chance
     * @param addresses of the hosts by name
     */
    Firewall(List<Statement> statements, Map<String, List<VpnAddress>> addresses) {
        this.statements = List.copyOf(statements);
        this.addresses = Map.copyOf(addresses);
    }

    public Rules rulesFor(Subject host) {
        Set<Rule> inbound = new LinkedHashSet<>();
        for (Statement statement : statements) {
            for (Optional<VpnPrefix> local : locals(statement.targets(), host)) {
                statement.sources().forEach(source -> admit(source, statement.allow(), local, inbound));
            }
        }
        return new Rules(RuleSet.minimal(inbound), outbound(host));
    }

    /**
     * Tells of a host whether a change can have altered its rules. A policy that lets a host send something is a rule of
     * its own only where what it sends is restricted; one by whose change the restriction went names it as a target.
     */
    public Predicate<Subject> concernedBy(Touched.Some change) {
        List<Selector> told = new ArrayList<>(selectors(change.targets()));
        List<Selector> sending = new ArrayList<>(selectors(change.sources()));
        for (Statement statement : statements) {
            if (names(statement.sources(), change.names())) {
                told.addAll(statement.targets());
            }
            if (names(statement.targets(), change.names())) {
                sending.addAll(statement.sources());
            }
        }
        return host -> !locals(told, host).isEmpty() || (coversAny(sending, host) && restrictsEgressOf(host));
    }

    private static List<Selector> selectors(Collection<String> texts) {
        return texts.stream().map(text -> Selector.parse("", text)).toList();
    }

    private static boolean names(List<Selector> selectors, Set<String> names) {
        return selectors.stream()
                .anyMatch(selector -> selector instanceof OneHost(String name) && names.contains(name));
    }

    /** Whether a policy restricts what the host sends. */
    boolean restrictsEgressOf(Subject host) {
        return statements.stream()
                .anyMatch(statement -> statement.restrictsEgress() && coversAny(statement.sources(), host));
    }

    /** The host itself and the parts of the subnets behind it, as far as they are among the targets. */
    private static Set<Optional<VpnPrefix>> locals(List<Selector> targets, Subject host) {
        Set<Optional<VpnPrefix>> locals = new LinkedHashSet<>();
        if (coversAny(targets, host)) {
            locals.addAll(host.itself());
        }
        for (Selector target : targets) {
            host.subnets().stream()
                    .flatMap(subnet -> part(target, subnet).stream())
                    .forEach(part -> locals.add(Optional.of(part)));
        }
        return locals;
    }

    /** What the selector names of the subnet. */
    static Optional<VpnPrefix> part(Selector selector, VpnPrefix subnet) {
        return switch (selector) {
            case Anyone _, InGroup _, OneHost _ -> Optional.empty();
            case InRange(VpnPrefix range) ->
                range.contains(subnet)
                        ? Optional.of(subnet)
                        : Optional.of(range).filter(subnet::contains);
        };
    }

    private List<Rule> outbound(Subject host) {
        if (!restrictsEgressOf(host)) {
            return host.itself().stream()
                    .map(local -> new Rule(Protocol.ANY, PortRange.ANY, List.of(), Optional.empty(), local))
                    .toList();
        }
        Set<Rule> outbound = new LinkedHashSet<>();
        for (Statement statement : statements) {
            if (coversAny(statement.sources(), host)) {
                for (Optional<VpnPrefix> local : host.itself()) {
                    statement.targets().forEach(target -> admit(target, statement.allow(), local, outbound));
                }
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
            case InRange(VpnPrefix range) -> host.addresses().stream().anyMatch(range::contains);
        };
    }

    private void admit(Selector peer, List<Allow> allow, Optional<VpnPrefix> local, Set<Rule> rules) {
        switch (peer) {
            case Anyone() -> add(allow, List.of(), Optional.empty(), local, rules);
            case InGroup(String group) -> add(allow, List.of(group), Optional.empty(), local, rules);
            case InRange(VpnPrefix range) -> add(allow, List.of(), Optional.of(range), local, rules);
            case OneHost(String name) ->
                addresses
                        .getOrDefault(name, List.of())
                        .forEach(address -> add(
                                allow, List.of(), Optional.of(new VpnPrefix(address, address.bits())), local, rules));
        }
    }

    private static void add(
            List<Allow> allow,
            List<String> groups,
            Optional<VpnPrefix> cidr,
            Optional<VpnPrefix> local,
            Set<Rule> rules) {
        if (cidr.isPresent()
                && local.isPresent()
                && cidr.get().address().isV4() != local.get().address().isV4()) {
            return;
        }
        for (Allow each : allow) {
            for (PortRange ports : each.ranges()) {
                rules.add(new Rule(each.ruleProtocol(), ports, groups, cidr, local));
            }
        }
    }
}
