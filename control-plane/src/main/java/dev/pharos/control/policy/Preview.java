package dev.pharos.control.policy;

import dev.pharos.control.policy.PolicySet.Member;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.Rule.Protocol;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a change of policies would do.
 *
 * @param hosts whose rules would change
 * @param summary the same by what changes: {@code 3 hosts lose 22/tcp from group ops}
 * @param brokenTests for which the change would be refused
 */
@Schema(name = "PolicyPreview")
record Preview(List<HostEffect> hosts, List<String> summary, List<String> brokenTests) {
    /**
     * @param gains what it lets through then and not now
     * @param loses what it lets through now and not then
     */
    @Schema(name = "PolicyEffect")
    record HostEffect(String hostId, String name, List<String> gains, List<String> loses) {}

    static Preview of(PolicySet now, PolicySet then) {
        Map<VpnPrefix, String> names = new HashMap<>();
        now.hosts()
                .forEach(host -> host.subject()
                        .addresses()
                        .forEach(address -> names.put(
                                new VpnPrefix(address, address.bits()),
                                host.subject().name())));
        List<HostEffect> effects = new ArrayList<>();
        Map<String, List<String>> byEffect = new LinkedHashMap<>();
        for (Member host : now.hosts()) {
            HostEffect effect = effect(now, then, host, names);
            if (!effect.gains().isEmpty() || !effect.loses().isEmpty()) {
                effects.add(effect);
                effect.loses().forEach(rule -> note(byEffect, "lose", rule, effect.name()));
                effect.gains().forEach(rule -> note(byEffect, "gain", rule, effect.name()));
            }
        }
        List<String> summary = byEffect.entrySet().stream()
                .map(entry -> sentence(entry.getKey(), entry.getValue()))
                .toList();
        return new Preview(effects, summary, then.brokenTests());
    }

    private static HostEffect effect(PolicySet now, PolicySet then, Member host, Map<VpnPrefix, String> names) {
        var before = now.rulesFor(host.subject());
        var after = then.rulesFor(host.subject());
        List<String> gains = new ArrayList<>(beyond(after.inbound(), before.inbound(), " from ", names));
        gains.addAll(beyond(after.outbound(), before.outbound(), " to ", names));
        List<String> loses = new ArrayList<>(beyond(before.inbound(), after.inbound(), " from ", names));
        loses.addAll(beyond(before.outbound(), after.outbound(), " to ", names));
        return new HostEffect(host.id(), host.subject().name(), gains, loses);
    }

    /** The rules that none of the others makes needless. */
    private static List<String> beyond(
            List<Rule> rules, List<Rule> others, String towards, Map<VpnPrefix, String> names) {
        return rules.stream()
                .filter(rule -> others.stream().noneMatch(other -> RuleSet.covers(other, rule)))
                .map(rule -> what(rule) + behind(rule, names) + towards + whom(rule, names))
                .toList();
    }

    private static String what(Rule rule) {
        String protocol = rule.protocol().name().toLowerCase(Locale.ROOT);
        if (rule.ports().equals(PortRange.ANY)) {
            return rule.protocol() == Protocol.ANY ? "everything" : protocol;
        }
        return rule.ports() + (rule.protocol() == Protocol.ANY ? "" : "/" + protocol);
    }

    /** The subnet, where the rule is not about the host itself. */
    private static String behind(Rule rule, Map<VpnPrefix, String> names) {
        return rule.localCidr()
                .filter(local -> !names.containsKey(local))
                .map(local -> " into " + local)
                .orElse("");
    }

    private static String whom(Rule rule, Map<VpnPrefix, String> names) {
        if (!rule.groups().isEmpty()) {
            return "group " + String.join(" and ", rule.groups());
        }
        return rule.cidr()
                .map(cidr -> names.containsKey(cidr) ? "host " + names.get(cidr) : cidr.toString())
                .orElse("anyone");
    }

    private static void note(Map<String, List<String>> byEffect, String verb, String rule, String host) {
        byEffect.computeIfAbsent(verb + " " + rule, _ -> new ArrayList<>()).add(host);
    }

    private static String sentence(String effect, List<String> hosts) {
        return hosts.size() == 1
                ? hosts.getFirst() + " " + effect.replaceFirst(" ", "s ")
                : hosts.size() + " hosts " + effect;
    }
}
