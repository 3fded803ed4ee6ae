package dev.pharos.control.access;

import dev.pharos.control.access.ApiTokens.ApiToken;
import dev.pharos.control.access.ApiTokens.Issued;
import dev.pharos.control.api.Creations;
import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.PlainText;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/api-tokens")
@Needs(Role.OWNER)
class ApiTokenController {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(3660);

    /** An admin's, unless another role is named. */
    record NewApiToken(
            @NotBlank @Size(max = 63) @PlainText String name,
            @Nullable Role role,

            @Schema(type = "string", example = "P30D") @Nullable
            Duration expiresIn) {}

    /** {@code token} is shown once. */
    @Schema(name = "ApiToken")
    record ApiTokenView(
            String id,
            String name,
            Role role,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable String token) {
        static ApiTokenView of(ApiToken token) {
            return new ApiTokenView(
                    token.id(),
                    token.name(),
                    token.role(),
                    token.createdAt(),
                    token.expiresAt(),
                    token.lastUsedAt(),
                    null);
        }

        ApiTokenView showing(String secret) {
            return new ApiTokenView(id, name, role, createdAt, expiresAt, lastUsedAt, secret);
        }
    }

    private final ApiTokens tokens;
    private final Creations creations;
    private final Audit audit;
    private final Clock clock;

    ApiTokenController(ApiTokens tokens, Creations creations, Audit audit, Clock clock) {
        this.tokens = tokens;
        this.creations = creations;
        this.audit = audit;
        this.clock = clock;
    }

    @GetMapping
    Page<ApiTokenView> list(@ParameterObject PageRequest page) {
        return Page.of(
                tokens.after(page.afterId(), page.like(), page.size() + 1),
                page.size(),
                ApiToken::id,
                ApiTokenView::of);
    }

    @GetMapping("/{id}")
    ApiTokenView get(@PathVariable String id) {
        return tokens.get(id).map(ApiTokenView::of).orElseThrow(() -> Problem.notFound("API token " + id));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<ApiTokenView> create(
            @Valid @RequestBody NewApiToken body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once("api-tokens", key, body, () -> create(body), ApiTokenView::id, this::get);
    }

    private ApiTokenView create(NewApiToken body) {
        Duration lifetime = body.expiresIn();
        if (lifetime != null && (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0)) {
            throw Problem.field("expiresIn", "must be a duration of one second to ten years, like P30D");
        }
        Instant expiresAt = lifetime == null ? null : clock.instant().plus(lifetime);
        Role role = body.role() == null ? Role.ADMIN : body.role();
        Issued issued = tokens.issue(body.name(), role, expiresAt);
        ApiTokenView stored = get(issued.id());
        audit.record(null, "api-token.create", issued.id(), null, stored);
        return stored.showing(issued.token());
    }

    /** Another secret for the same token. For a change without a gap, create a second token and delete this one later. */
    @PostMapping("/{id}/rotate")
    @Transactional
    ApiTokenView rotate(@PathVariable String id) {
        ApiTokenView before = get(id);
        String secret = tokens.rotate(id).orElseThrow(() -> Problem.notFound("API token " + id));
        ApiTokenView after = get(id);
        audit.record(null, "api-token.rotate", id, before, after);
        return after.showing(secret);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        ApiTokenView before = get(id);
        tokens.delete(id);
        audit.record(null, "api-token.delete", id, before, null);
    }
}
