package dev.pharos.control.pki;

import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The public half of a network's authorities. */
@RestController
class AuthorityController {
    @Schema(name = "CertificateAuthority")
    record AuthorityView(
            String id,
            String networkId,
            String name,
            String state,
            String fingerprint,
            String certificate,
            Instant notBefore,
            Instant notAfter) {}

    private final JdbcClient jdbc;
    private final Networks networks;

    AuthorityController(JdbcClient jdbc, Networks networks) {
        this.jdbc = jdbc;
        this.networks = networks;
    }

    @GetMapping("/api/v1/certificate-authorities")
    Page<AuthorityView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        List<AuthorityView> rows = jdbc.sql("""
            select id, network_id, name, state, fingerprint, pem, not_before, not_after from authority
            where network_id = ? and id > ? and name ilike ? order by id limit ?\
            """)
                .params(networks.named(networkId).id(), page.after(), page.like(), page.size() + 1)
                .query((row, _) -> new AuthorityView(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getTimestamp(7).toInstant(),
                        row.getTimestamp(8).toInstant()))
                .list();
        return Page.of(rows, page.size(), AuthorityView::id, authority -> authority);
    }
}
