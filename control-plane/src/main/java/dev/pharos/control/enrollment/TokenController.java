package dev.pharos.control.enrollment;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.PlainText;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.host.WantedAddresses;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/enrollment-tokens")
class TokenController {
    /**
     * What the host that joins shall be called, and its overlay addresses; of several, the first.
     *
     * @param address of either family; instead of {@code addresses}
     * @param addresses one of each family at most
     */
    @Schema(name = "PresetHost")
    record Preset(
            @NotBlank String name,
            @Nullable String address,
            @Nullable @Size(max = 2) List<@NotBlank String> addresses) {
        WantedAddresses wanted() {
            return WantedAddresses.of("host.", address, addresses);
        }
    }

    /** @param approval whether a host that joins waits until it is approved */
    record NewEnrollmentToken(
            @NotBlank @Size(max = 63) @PlainText String name,
            @Nullable @Min(1) @Max(100_000) Integer maxUses,

            @Schema(type = "string", example = "PT24H") @Nullable
            Duration expiresIn,

            @Nullable List<@NotBlank String> groups,
            @Nullable @Valid Preset host,
            @Nullable Boolean ephemeral,
            @Nullable Boolean approval,
            @Nullable String networkId) {}

    /** {@code token} and {@code joinCommand} are shown once, to whoever made the token. */
    @Schema(name = "EnrollmentToken")
    record EnrollmentTokenView(
            String id,
            String networkId,
            String name,
            int uses,
            int maxUses,
            Instant expiresAt,
            List<String> groups,
            @Nullable Preset host,
            boolean ephemeral,
            boolean approval,
            Instant createdAt,
            @Nullable String token,
            @Nullable String joinCommand) {
        static EnrollmentTokenView of(Token token) {
            return new EnrollmentTokenView(
                    token.id(),
                    token.networkId(),
                    token.name(),
                    token.uses(),
                    token.maxUses(),
                    token.expiresAt(),
                    token.groups(),
                    token.hostName()
                            .map(name -> preset(name, token.hostAddresses()))
                            .orElse(null),
                    token.ephemeral(),
                    token.approval(),
                    token.createdAt(),
                    null,
                    null);
        }

        private static Preset preset(String name, List<String> addresses) {
            return addresses.isEmpty()
                    ? new Preset(name, null, null)
                    : new Preset(name, addresses.getFirst(), addresses);
        }

        EnrollmentTokenView showing(String text) {
            return new EnrollmentTokenView(
                    id,
                    networkId,
                    name,
                    uses,
                    maxUses,
                    expiresAt,
                    groups,
                    host,
                    ephemeral,
                    approval,
                    createdAt,
                    text,
                    "pharos-agent up --token " + text);
        }
    }

    private final Tokens tokens;
    private final TokenMint mint;
    private final Networks networks;
    private final Creations creations;
    private final Audit audit;

    TokenController(Tokens tokens, TokenMint mint, Networks networks, Creations creations, Audit audit) {
        this.tokens = tokens;
        this.mint = mint;
        this.networks = networks;
        this.creations = creations;
        this.audit = audit;
    }

    @GetMapping
    Page<EnrollmentTokenView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        List<Token> rows = tokens.page(networks.named(networkId).id(), page.afterId(), page.like(), page.rows());
        return Page.of(rows, page.size(), Token::id, EnrollmentTokenView::of);
    }

    @GetMapping("/{id}")
    EnrollmentTokenView get(@PathVariable String id) {
        return EnrollmentTokenView.of(tokens.get(id));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<EnrollmentTokenView> create(
            @Valid @RequestBody NewEnrollmentToken body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "enrollment-tokens", key, body, () -> mint.make(body), EnrollmentTokenView::id, this::get);
    }

    /** A token that nobody can use any more; hosts that joined with it stay. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        Token token = tokens.get(id);
        tokens.delete(token);
        audit.record(token.networkId(), "enrollment-token.delete", id, EnrollmentTokenView.of(token), null);
    }
}
