package dev.pharos.control.policy;

import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.network.Networks;
import dev.pharos.control.policy.PolicyController.NewPolicy;
import dev.pharos.control.policy.PolicySet.Decision;
import dev.pharos.control.policy.PolicySet.Destination;
import dev.pharos.control.policy.PolicySet.Entry;
import dev.pharos.control.policy.PolicySet.Member;
import dev.pharos.control.policy.PolicyTest.Packet;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers what policies do before anybody has to find out. Changes nothing. */
@RestController
@RequestMapping("/api/v1/policies")
class SimulationController {
    private static final String DRAFT = "draft";

    /**
     * @param from {@code host:NAME} or the overlay address of a host
     * @param to the same, or an address in a routed subnet
     * @param port of tcp and udp
     * @param draft asked as if it were saved, as a new policy or instead of {@code draftOf}
     */
    record Question(
            @Schema(example = "host:laptop") @NotBlank String from,
            @Schema(example = "host:rpi") @NotBlank String to,

            @Schema(allowableValues = {"tcp", "udp", "icmp", "any"})
            @NotNull
            @Pattern(regexp = "tcp|udp|icmp|any", message = "must be tcp, udp, icmp or any")
            String protocol,

            @Nullable @Min(1) @Max(65535) Integer port,
            @Nullable @Valid NewPolicy draft,
            @Nullable String draftOf,
            @Nullable String networkId) {}

    /** {@code decidedBy} names the policies that let it through, or else those that keep the sender from sending it. */
    @Schema(name = "PolicyAnswer")
    record Answer(boolean allowed, List<DecidedBy> decidedBy, Direction direction, boolean blocked) {}

    /** {@code policyId} is {@code draft} for a draft that is no policy as yet. */
    @Schema(name = "DecidingPolicy")
    record DecidedBy(String policyId, String name) {}

    @Schema(name = "PolicyDirections")
    record Direction(boolean outbound, boolean inbound) {}

    /**
     * @param policyId the policy that the draft would take the place of; absent for a new one
     * @param draft absent when the policy would be deleted
     */
    record Plan(
            @Nullable String policyId,
            @Nullable @Valid NewPolicy draft,
            @Nullable String networkId) {}

    private final PolicySets sets;
    private final Policies policies;
    private final PolicyBook book;
    private final Networks networks;

    SimulationController(PolicySets sets, Policies policies, PolicyBook book, Networks networks) {
        this.sets = sets;
        this.policies = policies;
        this.book = book;
        this.networks = networks;
    }

    @Needs(Role.AUDITOR)
    @PostMapping("/simulate")
    Answer simulate(@Valid @RequestBody Question asked) {
        boolean hasPorts = asked.protocol().equals("tcp") || asked.protocol().equals("udp");
        if (hasPorts && asked.port() == null) {
            throw Problem.field("port", "must be there for tcp and udp");
        }
        String network = networks.named(asked.networkId()).id();
        PolicySet set = sets.of(network);
        if (asked.draft() != null) {
            set = set.with(entry(network, asked.draftOf(), asked.draft()));
        }
        Member from = host(set, asked.from());
        Destination to = destination(set, asked.to());
        int port = hasPorts && asked.port() != null ? asked.port() : 0;
        Decision decision = set.decide(from, to, Packet.of(asked.protocol(), port));
        return new Answer(
                decision.allowed(),
                decision.decidedBy().stream()
                        .map(each -> new DecidedBy(each.id(), each.content().name()))
                        .toList(),
                new Direction(decision.outbound(), decision.inbound()),
                from.blocked() || to.host().blocked());
    }

    /** What saving the draft, or deleting the policy, would change. */
    @Needs(Role.AUDITOR)
    @PostMapping("/preview")
    Preview preview(@Valid @RequestBody Plan plan) {
        if (plan.draft() == null && plan.policyId() == null) {
            throw Problem.field("draft", "must be there, or policyId of a policy that would be deleted");
        }
        String network = plan.policyId() == null
                ? networks.named(plan.networkId()).id()
                : policies.get(plan.policyId()).networkId();
        PolicySet now = sets.of(network);
        PolicySet then = plan.draft() == null
                ? now.without(String.valueOf(plan.policyId()))
                : now.with(entry(network, plan.policyId(), plan.draft()));
        return Preview.of(now, then);
    }

    private Entry entry(String network, @Nullable String policyId, NewPolicy draft) {
        PolicyContent content = draft.content();
        book.check(network, content);
        return new Entry(policyId == null ? DRAFT : policies.get(policyId).id(), content);
    }

    private static Member host(PolicySet set, String text) {
        List<Member> found = set.matching(Selector.parse("from", text));
        if (found.size() != 1 || namesMany(text)) {
            throw Problem.field("from", "must be one host: host:NAME or its overlay address");
        }
        return found.getFirst();
    }

    private static Destination destination(PolicySet set, String text) {
        List<Destination> found = set.destinations(Selector.parse("to", text));
        if (found.size() != 1 || namesMany(text)) {
            throw Problem.field(
                    "to", "must be one host, host:NAME or its overlay address, or an address in a routed subnet");
        }
        return found.getFirst();
    }

    private static boolean namesMany(String text) {
        return text.equals("any") || text.startsWith("group:");
    }
}
