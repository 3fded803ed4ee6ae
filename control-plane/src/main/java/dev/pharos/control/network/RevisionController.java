package dev.pharos.control.network;

import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The revisions of a network, newest first. */
@RestController
class RevisionController {
    @Schema(name = "Revision")
    record RevisionView(String networkId, long epoch, long number, String reason, Instant createdAt) {
        String cursor() {
            return epoch + "." + number;
        }
    }

    private final JdbcClient jdbc;
    private final Networks networks;

    RevisionController(JdbcClient jdbc, Networks networks) {
        this.jdbc = jdbc;
        this.networks = networks;
    }

    @GetMapping("/api/v1/revisions")
    Page<RevisionView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        long[] before = before(page);
        List<RevisionView> rows = jdbc.sql("""
            select network_id, epoch, number, reason, created_at from revision
            where network_id = ? and (epoch, number) < (?, ?) and reason ilike ?
            order by epoch desc, number desc limit ?\
            """)
                .params(networks.named(networkId).id(), before[0], before[1], page.likeInRecord(), page.size() + 1)
                .query((row, _) -> new RevisionView(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getTimestamp(5).toInstant()))
                .list();
        return Page.of(rows, page.size(), RevisionView::cursor, revision -> revision);
    }

    private static long[] before(PageRequest page) {
        if (page.after().isEmpty()) {
            return new long[] {Long.MAX_VALUE, Long.MAX_VALUE};
        }
        if (!page.after().matches("\\d{1,18}\\.\\d{1,18}")) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        String[] halves = page.after().split("\\.", 2);
        return new long[] {Long.parseLong(halves[0]), Long.parseLong(halves[1])};
    }
}
