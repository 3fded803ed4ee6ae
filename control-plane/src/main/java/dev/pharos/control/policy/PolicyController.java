package dev.pharos.control.policy;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.PlainText;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/policies")
class PolicyController {
    record NewPolicy(
            @NotBlank @Size(max = 63) @PlainText String name,
            @NotEmpty List<@NotBlank String> from,
            @NotEmpty List<@NotBlank String> to,
            @NotEmpty List<@NotNull Allow> allow,
            @Nullable Boolean enabled,
            @Nullable Boolean restrictsEgress,
            @Nullable List<@NotNull PolicyTest> tests,
            @Nullable String networkId) {
        PolicyContent content() {
            return PolicyContent.asWritten(name, from, to, allow, enabled, restrictsEgress, tests);
        }
    }

    /** What is absent stays as it is. */
    record PolicyChange(
            @Nullable @Size(min = 1, max = 63) @PlainText String name,
            @Nullable List<@NotBlank String> from,
            @Nullable List<@NotBlank String> to,
            @Nullable List<@NotNull Allow> allow,
            @Nullable Boolean enabled,
            @Nullable Boolean restrictsEgress,
            @Nullable List<@NotNull PolicyTest> tests) {
        PolicyContent over(PolicyContent old) {
            return new PolicyContent(
                    name == null ? old.name() : name,
                    from == null ? old.from() : from,
                    to == null ? old.to() : to,
                    allow == null ? old.allow() : allow,
                    enabled == null ? old.enabled() : enabled,
                    restrictsEgress == null ? old.restrictsEgress() : restrictsEgress,
                    tests == null ? old.tests() : tests);
        }
    }

    /**
     * @param restrictsEgress whether its sources send nothing but what policies let them send
     * @param tests what must hold: a save of any policy that would break one is refused
     */
    @Schema(name = "Policy")
    record PolicyView(
            String id,
            String networkId,
            String name,
            List<String> from,
            List<String> to,
            List<Allow> allow,
            boolean enabled,
            boolean restrictsEgress,
            List<PolicyTest> tests,
            Instant createdAt) {
        static PolicyView of(Policy policy) {
            PolicyContent content = policy.content();
            return new PolicyView(
                    policy.id(),
                    policy.networkId(),
                    content.name(),
                    content.from(),
                    content.to(),
                    content.allow(),
                    content.enabled(),
                    content.restrictsEgress(),
                    content.tests(),
                    policy.createdAt());
        }
    }

    private final Policies policies;
    private final PolicyBook book;
    private final Networks networks;
    private final Creations creations;

    PolicyController(Policies policies, PolicyBook book, Networks networks, Creations creations) {
        this.policies = policies;
        this.book = book;
        this.networks = networks;
        this.creations = creations;
    }

    @GetMapping
    Page<PolicyView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        List<Policy> rows = policies.page(networks.named(networkId).id(), page.afterId(), page.like(), page.rows());
        return Page.of(rows, page.size(), Policy::id, PolicyView::of);
    }

    @GetMapping("/{id}")
    ResponseEntity<PolicyView> get(@PathVariable String id) {
        Policy policy = policies.get(id);
        return EntityTags.tagged(policy.version(), PolicyView.of(policy));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<PolicyView> create(
            @Valid @RequestBody NewPolicy body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "policies", key, body, () -> create(body), PolicyView::id, id -> PolicyView.of(policies.get(id)));
    }

    private PolicyView create(NewPolicy body) {
        return PolicyView.of(book.create(networks.named(body.networkId()).id(), body.content()));
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<PolicyView> change(
            @PathVariable String id,
            @Valid @RequestBody PolicyChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Policy policy = policies.get(id);
        EntityTags.require(ifMatch, policy.version());
        book.change(policy, body.over(policy.content()), "policy.change");
        return EntityTags.tagged(policy.version(), PolicyView.of(policy));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        book.delete(policies.get(id));
    }
}
