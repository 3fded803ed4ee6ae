package dev.pharos.control.policy;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.group.Groups;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.policy.Selector.Anyone;
import dev.pharos.control.policy.Selector.InGroup;
import dev.pharos.control.policy.Selector.InRange;
import dev.pharos.control.policy.Selector.OneHost;
import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes policies. */
@Component
@Transactional
public class PolicyBook {
    private final Policies policies;
    private final Groups groups;
    private final Hosts hosts;
    private final Revisions revisions;
    private final Audit audit;
    private final Clock clock;

    PolicyBook(Policies policies, Groups groups, Hosts hosts, Revisions revisions, Audit audit, Clock clock) {
        this.policies = policies;
        this.groups = groups;
        this.hosts = hosts;
        this.revisions = revisions;
        this.audit = audit;
        this.clock = clock;
    }

    /** The policy that the first network begins with. */
    public void letEveryonePing(Network network) {
        Policy policy = draft(network, "everyone may ping");
        say(policy, List.of("any"), List.of("any"), List.of(new Allow("icmp", null)));
        save(policy, "policy.create", "created");
    }

    /** Not saved yet, and says nothing yet. */
    Policy draft(Network network, String name) {
        requireFree(network.id(), name);
        return new Policy(Ids.next("pol", clock.instant()), network.id(), name, clock.instant());
    }

    void rename(Policy policy, String name) {
        if (!name.equals(policy.name())) {
            requireFree(policy.networkId(), name);
            policy.rename(name);
        }
    }

    /** Refuses what is no selector, and hosts that do not exist; groups come into being. */
    void say(Policy policy, List<String> from, List<String> to, List<Allow> allow) {
        checkEnd(policy, "from", from);
        checkEnd(policy, "to", to);
        if (allow.isEmpty()) {
            throw Problem.field("allow", "must not be empty");
        }
        for (int i = 0; i < allow.size(); i++) {
            allow.get(i).check("allow[" + i + "]");
        }
        policy.say(List.copyOf(from), List.copyOf(to), List.copyOf(allow));
    }

    void save(Policy policy, String action, String what) {
        policies.saveAndFlush(policy);
        note(policy, action, what);
    }

    void delete(Policy policy) {
        policies.delete(policy);
        note(policy, "policy.delete", "deleted");
    }

    private void note(Policy policy, String action, String what) {
        audit.record(policy.networkId(), action, policy.id());
        revisions.next(policy.networkId(), "policy " + policy.name() + " " + what);
    }

    private void checkEnd(Policy policy, String field, List<String> selectors) {
        if (selectors.isEmpty()) {
            throw Problem.field(field, "must not be empty");
        }
        for (int i = 0; i < selectors.size(); i++) {
            String place = field + "[" + i + "]";
            switch (Selector.parse(place, selectors.get(i))) {
                case InGroup(String group) -> groups.ensure(policy.networkId(), place, List.of(group));
                case OneHost(String name) -> {
                    if (hosts.findByNetworkIdAndName(policy.networkId(), name).isEmpty()) {
                        throw Problem.field(place, "names no host");
                    }
                }
                case Anyone() -> {}
                case InRange _ -> {}
            }
        }
    }

    private void requireFree(String networkId, String name) {
        if (policies.existsByNetworkIdAndName(networkId, name)) {
            throw Problem.taken("name", "is the name of another policy");
        }
    }
}
