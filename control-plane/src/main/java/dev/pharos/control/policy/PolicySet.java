package dev.pharos.control.policy;

import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicyTest.Packet;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
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
     * Where a packet goes.
     *
     * @param host that takes it from the overlay
     * @param addresses its own, or one in a subnet that it is a router of
     */
    record Destination(Member host, List<VpnAddress> addresses) {
        static Destination of(Member host) {
            return new Destination(host, host.subject().addresses());
        }

        @Override
        public String toString() {
            String name = host.subject().name();
            return addresses.equals(host.subject().addresses()) ? name : addresses.getFirst() + " behind " + name;
        }
    }

    /**
     * Whether a packet gets from one host to another, by the first family of addresses by which it does.
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
    private final Map<String, List<VpnAddress>> addresses = new HashMap<>();
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
                host -> addresses.put(host.subject().name(), host.subject().addresses()));
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

    /**
     * What the selector names as a destination: hosts, or else a single address in a subnet, behind the first of its
     * routers that is not blocked.
     */
    List<Destination> destinations(Selector selector) {
        List<Destination> found =
                new ArrayList<>(matching(selector).stream().map(Destination::of).toList());
        if (found.isEmpty() && selector instanceof Selector.InRange(VpnPrefix range) && isSingle(range)) {
            hosts.stream()
                    .filter(host -> !host.blocked()
                            && host.subject().subnets().stream().anyMatch(subnet -> subnet.contains(range.address())))
                    .findFirst()
                    .ifPresent(router -> found.add(new Destination(router, List.of(range.address()))));
        }
        return found;
    }

    private static boolean isSingle(VpnPrefix range) {
        return range.length() == range.address().bits();
    }

    Decision decide(Member from, Destination to, Packet packet) {
        List<Decision> decisions = from.subject().addresses().stream()
                .flatMap(sender -> to.addresses().stream()
                        .filter(target -> target.isV4() == sender.isV4())
                        .map(target -> decide(from, sender, to.host(), target, packet)))
                .toList();
        return decisions.stream()
                .filter(Decision::allowed)
                .findFirst()
                .or(() -> decisions.stream().findFirst())
                .orElseGet(() -> new Decision(false, false, List.of()));
    }

    /** From one address to another. */
    private Decision decide(Member from, VpnAddress sender, Member to, VpnAddress target, Packet packet) {
        boolean apart = from.blocked() || to.blocked();
        boolean outbound =
                !apart && RuleSet.admits(rulesFor(from.subject()).outbound(), packet, sender, target, to.subject());
        boolean inbound =
                !apart && RuleSet.admits(rulesFor(to.subject()).inbound(), packet, target, sender, from.subject());
        List<Entry> decidedBy = enabled()
                .filter(each -> outbound
                        ? inbound
                                && RuleSet.admits(
                                        alone(each).rulesFor(to.subject()).inbound(),
                                        packet,
                                        target,
                                        sender,
                                        from.subject())
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
                .flatMap(from -> destinations(test.target()).stream()
                        .filter(to -> !to.host().blocked() && !to.host().id().equals(from.id()))
                        .filter(to -> decide(from, to, test.packet()).allowed() != test.expectation())
                        .map(to -> " (" + from.subject().name() + " to " + to + ")"));
    }

    private Firewall alone(Entry entry) {
        return new Firewall(List.of(entry.content().statement()), addresses);
    }

    private Stream<Entry> enabled() {
        return entries.stream().filter(entry -> entry.content().enabled());
    }
}
