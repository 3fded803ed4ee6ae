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
            @Nullable String networkId) {}

    /** What is absent stays as it is. */
    record PolicyChange(
            @Nullable @Size(min = 1, max = 63) @PlainText String name,
            @Nullable List<@NotBlank String> from,
            @Nullable List<@NotBlank String> to,
            @Nullable List<@NotNull Allow> allow,
            @Nullable Boolean enabled) {}

    @Schema(name = "Policy")
    record PolicyView(
            String id,
            String networkId,
            String name,
            List<String> from,
            List<String> to,
            List<Allow> allow,
            boolean enabled,
            Instant createdAt) {
        static PolicyView of(Policy policy) {
            return new PolicyView(
                    policy.id(),
                    policy.networkId(),
                    policy.name(),
                    policy.sources(),
                    policy.targets(),
                    policy.allow(),
                    policy.enabled(),
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
        Policy policy = book.draft(networks.named(body.networkId()), body.name());
        book.say(policy, body.from(), body.to(), body.allow());
        policy.enable(body.enabled() == null || body.enabled());
        book.save(policy, "policy.create", "created");
        return PolicyView.of(policy);
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<PolicyView> change(
            @PathVariable String id,
            @Valid @RequestBody PolicyChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Policy policy = policies.get(id);
        EntityTags.require(ifMatch, policy.version());
        if (body.name() != null) {
            book.rename(policy, body.name());
        }
        book.say(
                policy,
                body.from() == null ? policy.sources() : body.from(),
                body.to() == null ? policy.targets() : body.to(),
                body.allow() == null ? policy.allow() : body.allow());
        if (body.enabled() != null) {
            policy.enable(body.enabled());
        }
        book.save(policy, "policy.change", "changed");
        return EntityTags.tagged(policy.version(), PolicyView.of(policy));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        book.delete(policies.get(id));
    }
}
