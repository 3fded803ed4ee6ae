package dev.pharos.control.audit;

import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The record, newest first. */
@RestController
class AuditController {
    record AuditEvent(String id, Instant at, @Nullable String networkId, String actor, String action, String target) {}

    private final JdbcClient jdbc;

    AuditController(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/audit-events")
    Page<AuditEvent> list(@ParameterObject PageRequest page) {
        List<AuditEvent> rows = jdbc.sql("""
            select id, at, network_id, actor, action, target from audit_event
            where id < ? and (action ilike ? or target ilike ?) order by id desc limit ?\
            """)
                .params(before(page), page.like(), page.like(), page.size() + 1)
                .query((row, _) -> new AuditEvent(
                        row.getString(1),
                        row.getTimestamp(2).toInstant(),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)))
                .list();
        return Page.of(rows, page.size(), AuditEvent::id, event -> event);
    }

    private static long before(PageRequest page) {
        try {
            return page.after().isEmpty() ? Long.MAX_VALUE : Long.parseLong(page.after());
        } catch (NumberFormatException e) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
    }
}
