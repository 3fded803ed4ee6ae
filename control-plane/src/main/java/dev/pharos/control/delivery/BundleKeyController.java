package dev.pharos.control.delivery;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import io.swagger.v3.oas.annotations.media.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The keys that sign a network's bundles; to make one is to replace the one before. */
@RestController
@RequestMapping("/api/v1/networks/{networkId}/bundle-keys")
class BundleKeyController {
    private static final String SELECT = """
        select k.id, k.network_id, k.state, k.pin, k.created_at,
               (select count(*) from bundle b where b.key_id = k.id)
               - (select count(*) from host h join bundle b on b.host_id = h.id
                  where h.network_id = k.network_id and h.deleted_at is not null and b.key_id = k.id) as hosts
        from bundle_key k where k.network_id = ?\
        """;

    /**
     * @param fingerprint as tokens name it; null for a key older than this list until it is replaced
     * @param hosts that have bundles signed by it
     */
    @Schema(name = "BundleKey")
    record BundleKeyView(
            String id,
            String networkId,

            @Schema(allowableValues = {"active", "replaced", "retired"})
            String state,

            @Nullable String fingerprint,
            long hosts,
            Instant createdAt) {}

    private final BundleKeys keys;
    private final Networks networks;
    private final Revisions revisions;
    private final Creations creations;
    private final Audit audit;
    private final JdbcClient jdbc;

    BundleKeyController(
            BundleKeys keys,
            Networks networks,
            Revisions revisions,
            Creations creations,
            Audit audit,
            JdbcClient jdbc) {
        this.keys = keys;
        this.networks = networks;
        this.revisions = revisions;
        this.creations = creations;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    @GetMapping
    Page<BundleKeyView> list(@PathVariable String networkId, @ParameterObject PageRequest page) {
        List<BundleKeyView> rows = jdbc.sql(SELECT + " and k.id > ? order by k.id limit ?")
                .params(networks.get(networkId).id(), page.afterId(), page.size() + 1)
                .query((row, _) -> view(row))
                .list();
        return Page.of(rows, page.size(), BundleKeyView::id, key -> key);
    }

    @GetMapping("/{id}")
    BundleKeyView get(@PathVariable String networkId, @PathVariable String id) {
        return jdbc.sql(SELECT + " and k.id = ?")
                .params(networkId, id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("bundle key " + id));
    }

    @Needs(Role.OWNER)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<BundleKeyView> replace(
            @PathVariable String networkId,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "networks/" + networkId + "/bundle-keys",
                key,
                networkId,
                () -> replace(networkId),
                BundleKeyView::id,
                id -> get(networkId, id));
    }

    private BundleKeyView replace(String networkId) {
        BundleKeyView before =
                get(networkId, keys.active(networks.get(networkId).id()).id());
        BundleKeyView after = get(networkId, keys.replace(networkId));
        audit.record(networkId, "bundle-key.replace", after.id(), before, after);
        revisions.next(networkId, "the bundle key is replaced");
        return after;
    }

    private static BundleKeyView view(ResultSet row) throws SQLException {
        return new BundleKeyView(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(6),
                row.getTimestamp(5).toInstant());
    }
}
