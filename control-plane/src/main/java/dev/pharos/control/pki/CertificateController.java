package dev.pharos.control.pki;

import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Every certificate that was ever issued to a host. */
@RestController
@RequestMapping("/api/v1/certificates")
class CertificateController {
    /** Of fewer hosts the certificates are looked up; of more, every so many-th certificate is one of theirs. */
    private static final int FEW = 3_000;

    private static final String ANY_NAME = "%";

    /** By the limit the hosts are looked up one by one, whatever a planner thinks of how many have such a name. */
    private static final String SELECT = """
        select c.fingerprint, c.network_id, c.host_id, h.name, c.authority_id, c.version, c.not_before, c.not_after,
               c.pem,
               case when c.not_after <= ? then 'expired'
                    when h.blocked or h.deleted_at is not null or c.revoked_at is not null then 'refused'
                    when c.current then 'current' else 'superseded' end as state
        from certificate c
        cross join lateral (select * from host h where h.id = c.host_id and h.name ilike ? limit 1) h\
        """;

    /**
     * @param id its fingerprint, 64 hexadecimal digits
     * @param state {@code current} is in its host's bundle, {@code superseded} is still valid, {@code refused} is on
     *     everybody's blocklist, {@code expired} is over
     */
    @Schema(name = "Certificate")
    record CertificateView(
            String id,
            String networkId,
            String hostId,
            String hostName,
            String authorityId,
            int version,

            @Schema(allowableValues = {"current", "superseded", "refused", "expired"})
            String state,

            Instant notBefore,
            Instant notAfter,
            String certificate) {}

    private final Networks networks;
    private final JdbcClient jdbc;
    private final Clock clock;

    CertificateController(Networks networks, JdbcClient jdbc, Clock clock) {
        this.networks = networks;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @GetMapping
    Page<CertificateView> list(
            @ParameterObject PageRequest page,
            @RequestParam(required = false) @Nullable String networkId,
            @RequestParam(required = false) @Nullable String hostId) {
        if (!page.after().matches("([0-9a-f]{64})?")) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        String network = networks.named(networkId).id();
        boolean ofAll = page.q() == null && hostId == null;
        List<String> hosts = ofAll ? List.of() : hosts(network, page, hostId);
        List<CertificateView> rows = jdbc.sql(SELECT + """
             where c.network_id = ? and c.fingerprint > ? and (? or c.host_id = any (?)) order by c.fingerprint limit ?\
            """)
                .params(
                        now(),
                        page.like(),
                        network,
                        page.after(),
                        ofAll || hosts.size() > FEW,
                        hosts.toArray(String[]::new),
                        page.size() + 1)
                .query((row, _) -> view(row))
                .list();
        return Page.of(rows, page.size(), CertificateView::id, certificate -> certificate);
    }

    /** Those that are asked for, or more than {@link #FEW}. */
    private List<String> hosts(String network, PageRequest page, @Nullable String hostId) {
        return jdbc.sql("select id from host where network_id = ? and name ilike ? and (? = '' or id = ?) limit ?")
                .params(network, page.like(), hostId == null ? "" : hostId, hostId == null ? "" : hostId, FEW + 1)
                .query((row, _) -> row.getString(1))
                .list();
    }

    @GetMapping("/{id}")
    CertificateView get(@PathVariable String id) {
        return jdbc.sql(SELECT + " where c.fingerprint = ?")
                .params(now(), ANY_NAME, id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("certificate " + id));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private static CertificateView view(ResultSet row) throws SQLException {
        return new CertificateView(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getInt(6),
                row.getString(10),
                row.getTimestamp(7).toInstant(),
                row.getTimestamp(8).toInstant(),
                row.getString(9));
    }
}
