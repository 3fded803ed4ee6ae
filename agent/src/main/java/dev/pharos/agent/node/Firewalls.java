package dev.pharos.agent.node;

import dev.pharos.agent.dataplane.DataPlane;
import dev.pharos.agent.dataplane.FirewallFilter;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.Verdict;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One firewall for each event loop, all with the same rules; each belongs to its loop's thread. */
final class Firewalls {
    private final List<FirewallFilter> filters;

    Firewalls(int loops, FirewallRules rules, ConnectionLimits limits) {
        var random = new SecureRandom();
        filters = IntStream.range(0, loops)
                .mapToObj(_ -> new FirewallFilter(new Firewall(rules, limits, random.nextLong())))
                .toList();
    }

    FirewallFilter of(int loop) {
        return filters.get(loop);
    }

    /** Enforces other rules and timeouts from the next packet on. */
    void change(DataPlane plane, FirewallRules rules, ConnectionLimits limits) {
        plane.askEach(loop -> {
            of(loop).change(rules, limits);
            return true;
        });
    }

    /** How many connections are tracked now. */
    int connections(DataPlane plane) {
        return plane.askEach(loop -> of(loop).connections()).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** How many connections were forgotten before their time, as there were too many. */
    long displaced(DataPlane plane) {
        return plane.askEach(loop -> of(loop).displaced()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** How many packets were refused since the start, by why. */
    Map<Verdict, Long> refused(DataPlane plane, Direction direction) {
        return plane
                .askEach(loop -> Arrays.stream(Verdict.values())
                        .collect(Collectors.toMap(why -> why, why -> of(loop).refused(direction, why))))
                .stream()
                .flatMap(refusals -> refusals.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum));
    }
}
