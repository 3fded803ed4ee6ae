package dev.pharos.control.pki;

import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.pki.AuthorityRotated.Reissue;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A network's authorities: their public halves, the change from one to the next, and the export of a key. */
@RestController
@RequestMapping("/api/v1/certificate-authorities")
class AuthorityController {
    private static final String SELECT = """
        select a.id, a.network_id, a.name, a.state, a.fingerprint, a.pem, a.not_before, a.not_after,
               (select max(c.not_after) from certificate c where c.authority_id = a.id) as needed_until
        from authority a\
        """;

    /**
     * @param state {@code active} signs, {@code successor} will, {@code retiring} is trusted until {@code neededUntil},
     *     {@code dropped} is no longer trusted
     * @param neededUntil when the last certificate that it has signed expires
     */
    @Schema(name = "CertificateAuthority")
    record AuthorityView(
            String id,
            String networkId,
            String name,

            @Schema(allowableValues = {"active", "successor", "retiring", "dropped"})
            String state,

            String fingerprint,
            String certificate,
            Instant notBefore,
            Instant notAfter,
            @Nullable Instant neededUntil) {}

    /** @param reissue {@code now}, or by {@code renewal} within ten days, which is what happens when it is absent */
    record Rotation(
            @Nullable String networkId,

            @Schema(allowableValues = {"now", "renewal"})
            @Nullable
            @Pattern(regexp = "now|renewal", message = "must be now or renewal")
            String reissue) {}

    record KeyExport(
            @NotNull @Size(min = 12, max = 1024, message = "must have 12 to 1024 characters")
            String passphrase) {
        @Override
        public String toString() {
            return "KeyExport";
        }
    }

    /** @param encryptedKey as {@code nebula-cert ca -encrypt} writes it */
    @Schema(name = "ExportedAuthority")
    record ExportedAuthority(String id, String certificate, String encryptedKey) {
        @Override
        public String toString() {
            return "authority " + id;
        }
    }

    private final Authorities authorities;
    private final Networks networks;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;

    AuthorityController(Authorities authorities, Networks networks, Revisions revisions, Audit audit, JdbcClient jdbc) {
        this.authorities = authorities;
        this.networks = networks;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    @GetMapping
    Page<AuthorityView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        List<AuthorityView> rows = jdbc.sql(
                        SELECT + " where a.network_id = ? and a.id > ? and a.name ilike ? order by a.id limit ?")
                .params(networks.named(networkId).id(), page.afterId(), page.like(), page.size() + 1)
                .query((row, _) -> view(row))
                .list();
        return Page.of(rows, page.size(), AuthorityView::id, authority -> authority);
    }

    @GetMapping("/{id}")
    AuthorityView get(@PathVariable String id) {
        return jdbc.sql(SELECT + " where a.id = ?")
                .param(id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("certificate authority " + id));
    }

    /** The successor signs from now on, and a next successor is made; answers with the one that signs. */
    @Needs(Role.OWNER)
    @PostMapping("/rotate")
    @Transactional
    AuthorityView rotate(@Valid @RequestBody Rotation body) {
        Network network = networks.named(body.networkId());
        AuthorityView before = get(authorities.active(network.id()).id());
        String id = authorities.rotate(network, "now".equals(body.reissue()) ? Reissue.NOW : Reissue.BY_RENEWAL);
        AuthorityView after = get(id);
        audit.record(network.id(), "certificate-authority.rotate", id, before, after);
        revisions.next(network.id(), "the successor is the signing authority now");
        return after;
    }

    @Needs(Role.OWNER)
    @PostMapping("/{id}/export")
    @Transactional
    ResponseEntity<ExportedAuthority> export(@PathVariable String id, @Valid @RequestBody KeyExport body) {
        AuthorityView authority = get(id);
        String key = authorities.export(id, body.passphrase());
        audit.record(authority.networkId(), "certificate-authority.export", id);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new ExportedAuthority(id, authority.certificate(), key));
    }

    private static AuthorityView view(ResultSet row) throws SQLException {
        java.sql.@Nullable Timestamp neededUntil = row.getTimestamp(9);
        return new AuthorityView(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getTimestamp(7).toInstant(),
                row.getTimestamp(8).toInstant(),
                neededUntil == null ? null : neededUntil.toInstant());
    }
}
