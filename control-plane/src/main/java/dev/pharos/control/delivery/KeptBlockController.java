package dev.pharos.control.delivery;

import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Blocks that hosts have shown and this database has forgotten. They hold until an owner confirms that they need not. */
@RestController
@RequestMapping("/api/v1/networks/{networkId}/kept-blocks")
class KeptBlockController {
    /**
     * @param fingerprint of the certificate that is refused
     * @param hostId whose it is, where this database knows it; block that host to go on refusing it after a confirmation
     * @param shownBy the host whose bundle said so
     */
    @Schema(name = "KeptBlock")
    record KeptBlockView(String fingerprint, @Nullable String hostId, String shownBy, Instant keptAt) {}

    private final Networks networks;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;

    KeptBlockController(Networks networks, Revisions revisions, Audit audit, JdbcClient jdbc) {
        this.networks = networks;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    @GetMapping
    Page<KeptBlockView> list(@PathVariable String networkId, @ParameterObject PageRequest page) {
        if (!page.after().matches("[0-9a-f]*")) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        List<KeptBlockView> rows = jdbc.sql("""
            select k.fingerprint, c.host_id, k.shown_by, k.kept_at
            from kept_block k left join certificate c on c.fingerprint = k.fingerprint
            where k.network_id = ? and k.fingerprint > ? order by k.fingerprint limit ?\
            """)
                .params(networks.get(networkId).id(), page.after(), page.size() + 1)
                .query((row, _) -> new KeptBlockView(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getTimestamp(4).toInstant()))
                .list();
        return Page.of(rows, page.size(), KeptBlockView::fingerprint, block -> block);
    }

    /** The state of the database is meant as it is: nothing is refused any more that it does not itself refuse. */
    @Needs(Role.OWNER)
    @PostMapping("/confirm")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void confirm(@PathVariable String networkId) {
        String id = networks.get(networkId).id();
        List<String> dropped = jdbc.sql("delete from kept_block where network_id = ? returning fingerprint")
                .param(id)
                .query((row, _) -> row.getString(1))
                .list();
        audit.record(id, "kept-blocks.confirm", id, Map.of("refused", dropped), Map.of("refused", List.of()));
        if (!dropped.isEmpty()) {
            revisions.next(id, "an owner has confirmed the state of the database", Touched.noHost());
        }
    }
}
