package dev.pharos.control.policy;

import dev.pharos.control.host.Hosts;
import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicySet.Entry;
import dev.pharos.control.policy.PolicySet.Member;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads the policies of a network together with its hosts. */
@Component
class PolicySets {
    private final Policies policies;
    private final Hosts hosts;

    PolicySets(Policies policies, Hosts hosts) {
        this.policies = policies;
        this.hosts = hosts;
    }

    PolicySet of(String networkId) {
        List<Entry> entries = policies.all(networkId).stream()
                .map(policy -> new Entry(policy.id(), policy.content()))
                .toList();
        List<Member> members = hosts.living(networkId).stream()
                .map(host ->
                        new Member(host.id(), new Subject(host.name(), host.address(), host.groups()), host.blocked()))
                .toList();
        return new PolicySet(entries, members);
    }
}
