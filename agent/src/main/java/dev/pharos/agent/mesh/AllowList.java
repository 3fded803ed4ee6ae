package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which underlay addresses are allowed, as Nebula's {@code remote_allow_list} and its like say it: the most specific
 * prefix that contains an address decides. For addresses that no prefix contains a family has a default: its /0 rule, else
 * the opposite of its rules where these all say the same, else, without any rule, to allow.
 */
public final class AllowList {
    /** Allows everything. */
    public static final AllowList ALL = new AllowList(List.of(), true, true);

    private record Rule(VpnPrefix prefix, boolean allow) {}

    private final List<Rule> mostSpecificFirst;
    private final boolean otherV4;
    private final boolean otherV6;

    private AllowList(List<Rule> mostSpecificFirst, boolean otherV4, boolean otherV6) {
        this.mostSpecificFirst = mostSpecificFirst;
        this.otherV4 = otherV4;
        this.otherV6 = otherV6;
    }

    /**
     * Takes rules, whose host bits do not matter.
     *
     * @param rules what is allowed (true) and what not (false)
     * @throws MalformedException when the rules of a family say both and none of them is its default
     */
    public static AllowList of(Map<VpnPrefix, Boolean> rules) throws MalformedException {
        Map<VpnPrefix, Boolean> masked = new LinkedHashMap<>();
        rules.forEach((prefix, allow) -> masked.put(prefix.masked(), allow));
        List<Rule> v4 = new ArrayList<>();
        List<Rule> v6 = new ArrayList<>();
        masked.forEach((prefix, allow) -> (prefix.address().isV4() ? v4 : v6).add(new Rule(prefix, allow)));
        List<Rule> all = new ArrayList<>(v4);
        all.addAll(v6);
        all.sort(Comparator.comparingInt((Rule rule) -> rule.prefix().length()).reversed());
        return new AllowList(List.copyOf(all), otherwise(v4, "0.0.0.0/0"), otherwise(v6, "::/0"));
    }

    private static boolean otherwise(Collection<Rule> family, String everything) throws MalformedException {
        if (family.isEmpty()) {
            return true;
        }
        for (Rule rule : family) {
            if (rule.prefix().length() == 0) {
                return rule.allow();
            }
        }
        if (family.stream().map(Rule::allow).distinct().count() > 1) {
            throw new MalformedException(
                    "holds both true and false rules, and none for " + everything + " that says what holds otherwise");
        }
        return !family.iterator().next().allow();
    }

    public boolean allows(UnderlayEndpoint endpoint) {
        return mostSpecificFirst.isEmpty() || allows(new VpnAddress(endpoint.high(), endpoint.low()));
    }

    private boolean allows(VpnAddress address) {
        for (Rule rule : mostSpecificFirst) {
            if (rule.prefix().contains(address)) {
                return rule.allow();
            }
        }
        return address.isV4() ? otherV4 : otherV6;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AllowList list
                && list.mostSpecificFirst.equals(mostSpecificFirst)
                && list.otherV4 == otherV4
                && list.otherV6 == otherV6;
    }

    @Override
    public int hashCode() {
        return mostSpecificFirst.hashCode();
    }

    @Override
    public String toString() {
        return mostSpecificFirst + ", otherwise IPv4 " + otherV4 + ", IPv6 " + otherV6;
    }
}
