package dev.pharos.agent.firewall;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one direction, by whom they are for: everyone, a host, a group, a range of addresses. A look-up asks the
 * lists that a peer's certificate and address lead to, so that it takes longer with the peer's groups and with the lengths of
 * ranges in use, and not with the rules for others. A rule for several is in the list of each.
 */
final class RuleTable {
    private final Direction direction;
    private final ServiceTable everyone;
    private final Map<String, ServiceTable> byHost;
    private final Map<String, ServiceTable> byGroup;
    private final RangeTable byRange;

    RuleTable(Direction direction, List<Rule> rules, LocalHost host, UnsetLocalRange unset) {
        this.direction = direction;
        List<CompiledRule> forEveryone = new ArrayList<>();
        Map<String, List<CompiledRule>> forHost = new HashMap<>();
        Map<String, List<CompiledRule>> forGroup = new HashMap<>();
        Map<AddressRange, List<CompiledRule>> forRange = new HashMap<>();
        Map<String, Long> uses = uses(rules);
        for (int index = 0; index < rules.size(); index++) {
            Rule rule = rules.get(index);
            CompiledRule compiled = new CompiledRule(rule, index, host, unset);
            if (rule.fitsEveryPeer()) {
                forEveryone.add(compiled);
                continue;
            }
            rule.host().ifPresent(name -> list(forHost, name).add(compiled));
            rule.cidr()
                    .ifPresent(range -> list(forRange, AddressRange.of(range)).add(compiled));
            // A peer needs all of the groups, so any of them leads to the rule; the one that leads to the fewest is
            // best.
            rule.groups().stream()
                    .min(Comparator.comparing(group -> uses.getOrDefault(group, 0L)))
                    .ifPresent(group -> list(forGroup, group).add(compiled));
        }
        this.everyone = ServiceTable.of(forEveryone);
        this.byHost = tables(forHost);
        this.byGroup = tables(forGroup);
        this.byRange = RangeTable.of(forRange);
    }

    private static Map<String, Long> uses(List<Rule> rules) {
        return rules.stream()
                .map(Rule::groups)
                .flatMap(Collection::stream)
                .collect(Collectors.groupingBy(group -> group, Collectors.counting()));
    }

    private static <K> List<CompiledRule> list(Map<K, List<CompiledRule>> lists, K key) {
        return lists.computeIfAbsent(key, _ -> new ArrayList<>());
    }

    private static Map<String, ServiceTable> tables(Map<String, List<CompiledRule>> lists) {
        Map<String, ServiceTable> tables = new HashMap<>();
        lists.forEach((key, rules) -> tables.put(key, ServiceTable.of(rules)));
        return tables;
    }

    /** The first rule that allows the packet, in the order they were given; null when none does. */
    @Nullable
    CompiledRule find(PacketView packet, PeerIdentity peer) {
        CompiledRule found = everyone.find(direction, packet, peer);
        found = CompiledRule.first(found, find(byHost.get(peer.name()), packet, peer));
        for (String group : peer.groups()) {
            found = CompiledRule.first(found, find(byGroup.get(group), packet, peer));
        }
        for (int level = 0; level < byRange.levels(); level++) {
            ServiceTable table = byRange.find(level, packet.remoteHigh, packet.remoteLow);
            found = CompiledRule.first(found, find(table, packet, peer));
        }
        return found;
    }

    private @Nullable CompiledRule find(@Nullable ServiceTable table, PacketView packet, PeerIdentity peer) {
        return table == null ? null : table.find(direction, packet, peer);
    }
}
