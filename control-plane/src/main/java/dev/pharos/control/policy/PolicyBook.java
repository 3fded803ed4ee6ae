package dev.pharos.control.policy;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.group.Groups;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.control.policy.Selector.Anyone;
import dev.pharos.control.policy.Selector.InGroup;
import dev.pharos.control.policy.Selector.InRange;
import dev.pharos.control.policy.Selector.OneHost;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes policies: what is no policy is refused, and what would break a test; every change has its entry in the history. */
@Component
@Transactional
public class PolicyBook {
    private final Policies policies;
    private final PolicySets sets;
    private final PolicyHistory history;
    private final Groups groups;
    private final Hosts hosts;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    PolicyBook(
            Policies policies,
            PolicySets sets,
            PolicyHistory history,
            Groups groups,
            Hosts hosts,
            Revisions revisions,
            Audit audit,
            JdbcClient jdbc,
            Clock clock) {
        this.policies = policies;
        this.sets = sets;
        this.history = history;
        this.groups = groups;
        this.hosts = hosts;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The policy that the first network begins with. */
    public void letEveryonePing(Network network) {
        create(
                network.id(),
                Ids.next("pol", clock.instant()),
                new PolicyContent(
                        "everyone may ping",
                        List.of("any"),
                        List.of("any"),
                        List.of(new Allow("icmp", null)),
                        true,
                        false,
                        List.of()));
    }

    Policy create(String networkId, PolicyContent content) {
        return create(networkId, Ids.next("pol", clock.instant()), content);
    }

    /** With an id that a policy has had before, when it comes back. */
    Policy create(String networkId, String id, PolicyContent content) {
        begin(networkId);
        requireFree(networkId, content.name());
        check(networkId, content);
        Policy policy = new Policy(id, networkId, clock.instant(), content);
        save(policy, "policy.create", "created", Optional.empty());
        return policy;
    }

    void change(Policy policy, PolicyContent content, String action) {
        begin(policy.networkId());
        if (!content.name().equals(policy.content().name())) {
            requireFree(policy.networkId(), content.name());
        }
        check(policy.networkId(), content);
        PolicyContent before = policy.content();
        policy.say(content);
        save(policy, action, "changed", Optional.of(before));
    }

    void delete(Policy policy) {
        begin(policy.networkId());
        erase(policy);
        requireTests(policy.networkId());
    }

    /** Makes these all the policies that the network has; those of a name that is there already keep their id. */
    void replaceAll(String networkId, List<PolicyContent> contents) {
        begin(networkId);
        Map<String, PolicyContent> wanted = new LinkedHashMap<>();
        contents.forEach(content -> wanted.put(content.name(), content));
        for (Policy policy : policies.all(networkId)) {
            PolicyContent content = wanted.remove(policy.content().name());
            if (content == null) {
                erase(policy);
            } else if (!content.equals(policy.content())) {
                check(networkId, content);
                PolicyContent before = policy.content();
                policy.say(content);
                write(policy, "policy.change", "changed", Optional.of(before));
            }
        }
        for (PolicyContent content : wanted.values()) {
            check(networkId, content);
            Policy policy = new Policy(Ids.next("pol", clock.instant()), networkId, clock.instant(), content);
            write(policy, "policy.create", "created", Optional.empty());
        }
        requireTests(networkId);
    }

    private void erase(Policy policy) {
        policies.delete(policy);
        policies.flush();
        history.note(policy, "policy.delete");
        note(policy, "policy.delete", "deleted", Optional.of(policy.content()), Optional.empty());
    }

    /** Refuses what is no selector, and hosts that do not exist. */
    void check(String networkId, PolicyContent content) {
        checkEnd(networkId, "from", content.from());
        checkEnd(networkId, "to", content.to());
        if (content.allow().isEmpty()) {
            throw Problem.field("allow", "must not be empty");
        }
        for (int i = 0; i < content.allow().size(); i++) {
            content.allow().get(i).check("allow[" + i + "]");
        }
        for (int i = 0; i < content.tests().size(); i++) {
            String field = "tests[" + i + "]";
            content.tests().get(i).check(field);
            requireHost(networkId, field + ".from", content.tests().get(i).source());
            requireHost(networkId, field + ".to", content.tests().get(i).target());
        }
    }

    /** One writer of a network's policies at a time: each is judged by tests together with all the others. */
    private void begin(String networkId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 2))")
                .param(networkId)
                .query()
                .singleRow();
    }

    private void save(Policy policy, String action, String what, Optional<PolicyContent> before) {
        write(policy, action, what, before);
        requireTests(policy.networkId());
    }

    private void write(Policy policy, String action, String what, Optional<PolicyContent> before) {
        PolicyContent content = policy.content();
        ensureGroups(policy.networkId(), content.from());
        ensureGroups(policy.networkId(), content.to());
        policies.saveAndFlush(policy);
        history.note(policy, action);
        note(policy, action, what, before, Optional.of(content));
    }

    private void requireTests(String networkId) {
        List<String> broken = sets.of(networkId).brokenTests();
        if (!broken.isEmpty()) {
            throw new Problem(
                    HttpStatus.CONFLICT, "policy-tests", "this would break the " + String.join("; and the ", broken));
        }
    }

    private void note(
            Policy policy, String action, String what, Optional<PolicyContent> before, Optional<PolicyContent> after) {
        audit.record(policy.networkId(), action, policy.id(), before.orElse(null), after.orElse(null));
        revisions.next(
                policy.networkId(),
                "policy " + policy.content().name() + " " + what,
                Stream.of(before, after)
                        .flatMap(Optional::stream)
                        .map(PolicyBook::touchedBy)
                        .reduce(Touched.noHost(), Touched::and));
    }

    private static Touched touchedBy(PolicyContent content) {
        return content.enabled()
                ? Touched.policy(content.from(), content.to(), content.restrictsEgress())
                : Touched.noHost();
    }

    private void checkEnd(String networkId, String field, List<String> selectors) {
        if (selectors.isEmpty()) {
            throw Problem.field(field, "must not be empty");
        }
        for (int i = 0; i < selectors.size(); i++) {
            String place = field + "[" + i + "]";
            requireHost(networkId, place, Selector.parse(place, selectors.get(i)));
        }
    }

    private void requireHost(String networkId, String place, Selector selector) {
        switch (selector) {
            case InGroup(String group) -> Groups.requireName(place, group);
            case OneHost(String name) -> {
                if (hosts.findByNetworkIdAndName(networkId, name).isEmpty()) {
                    throw Problem.field(place, "names no host");
                }
            }
            case Anyone() -> {}
            case InRange _ -> {}
        }
    }

    /** Groups come into being where they are named. */
    private void ensureGroups(String networkId, List<String> selectors) {
        for (String text : selectors) {
            if (Selector.parse("", text) instanceof InGroup(String group)) {
                groups.ensure(networkId, "", List.of(group));
            }
        }
    }

    private void requireFree(String networkId, String name) {
        if (policies.existsByNetworkIdAndName(networkId, name)) {
            throw Problem.taken("name", "is the name of another policy");
        }
    }
}
