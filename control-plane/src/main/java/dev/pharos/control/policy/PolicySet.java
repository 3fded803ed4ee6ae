package dev.pharos.control.policy;

import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicyTest.Packet;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.OwnPart.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The policies of a network and the hosts that they are about, as they are or as they would be. Nothing here writes. */
final class PolicySet {
    /** A policy under its id. */
    record Entry(String id, PolicyContent content) {}

    /** A host, blocked or not. */
    record Member(String id, Subject subject, boolean blocked) {}

    /**
     * Whether a packet gets from one host to another.
     *
     * @param outbound whether the sender's rules let it go
     * @param inbound whether the receiver's rules let it in
     * @param decidedBy the policies that let it through, or that keep the sender from sending it
     */
    record Decision(boolean outbound, boolean inbound, List<Entry> decidedBy) {
        boolean allowed() {
            return outbound && inbound;
        }
    }

    private final List<Entry> entries;
    private final List<Member> hosts;
    private final Map<String, VpnAddress> addresses = new HashMap<>();
    private final Firewall firewall;
    private final Map<Subject, Rules> rules = new HashMap<>();

    /**
     * @param entries in the order of their ids
     * @param hosts in the order of theirs
     */
    PolicySet(List<Entry> entries, List<Member> hosts) {
        this.entries = List.copyOf(entries);
        this.hosts = List.copyOf(hosts);
        hosts.forEach(
                host -> addresses.put(host.subject().name(), host.subject().address()));
        this.firewall =
                new Firewall(enabled().map(each -> each.content().statement()).toList(), addresses);
    }

    /** With that policy instead of the one of its id, or beside the others. */
    PolicySet with(Entry entry) {
        Map<String, Entry> changed = new LinkedHashMap<>();
        entries.forEach(each -> changed.put(each.id(), each));
        changed.put(entry.id(), entry);
        return new PolicySet(List.copyOf(changed.values()), hosts);
    }

    PolicySet without(String id) {
        return new PolicySet(
                entries.stream().filter(each -> !each.id().equals(id)).toList(), hosts);
    }

    List<Member> hosts() {
        return hosts;
    }

    List<Member> matching(Selector selector) {
        return hosts.stream()
                .filter(host -> Firewall.covers(selector, host.subject()))
                .toList();
    }

    Rules rulesFor(Subject host) {
        return rules.computeIfAbsent(host, firewall::rulesFor);
    }

    Decision decide(Member from, Member to, Packet packet) {
        boolean apart = from.blocked() || to.blocked();
        boolean outbound = !apart && RuleSet.admits(rulesFor(from.subject()).outbound(), packet, to.subject());
        boolean inbound = !apart && RuleSet.admits(rulesFor(to.subject()).inbound(), packet, from.subject());
        List<Entry> decidedBy = enabled()
                .filter(each -> outbound
                        ? inbound && letsThrough(each, from.subject(), to.subject(), packet)
                        : !apart && alone(each).restrictsEgressOf(from.subject()))
                .toList();
        return new Decision(outbound, inbound, decidedBy);
    }

    /** The tests that do not hold, each with the first pair of hosts of which it does not. */
    List<String> brokenTests() {
        List<String> broken = new ArrayList<>();
        enabled()
                .forEach(entry -> entry.content()
                        .tests()
                        .forEach(test -> broken(test)
                                .map(pair -> "test of policy " + entry.content().name() + ": " + test + pair)
                                .findFirst()
                                .ifPresent(broken::add)));
        return broken;
    }

    private Stream<String> broken(PolicyTest test) {
        return matching(test.source()).stream()
                .filter(from -> !from.blocked())
                .flatMap(from -> matching(test.target()).stream()
                        .filter(to -> !to.blocked() && !to.id().equals(from.id()))
                        .filter(to -> decide(from, to, test.packet()).allowed() != test.expectation())
                        .map(to -> " (" + from.subject().name() + " to "
                                + to.subject().name() + ")"));
    }

    private boolean letsThrough(Entry entry, Subject from, Subject to, Packet packet) {
        return RuleSet.admits(alone(entry).rulesFor(to).inbound(), packet, from);
    }

    private Firewall alone(Entry entry) {
        return new Firewall(List.of(entry.content().statement()), addresses);
    }

    private Stream<Entry> enabled() {
        return entries.stream().filter(entry -> entry.content().enabled());
    }
}
