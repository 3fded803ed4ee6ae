package dev.pharos.control.audit;

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
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The record, newest first. */
@RestController
class AuditController {
    /**
     * @param actor the id of a user or an API token
     * @param outcome {@code done} or {@code refused}
     * @param before the thing as it was, where it was
     * @param after the thing as it is, where it is
     * @param remote the address that the request came from
     */
    record AuditEvent(
            String id,
            Instant at,
            @Nullable String networkId,
            String actor,
            String outcome,
            String action,
            String target,
            @Schema(type = "object") @Nullable JsonNode before,
            @Schema(type = "object") @Nullable JsonNode after,
            String remote,
            String requestId) {}

    private static final String SELECT =
            "select id, at, network_id, actor, outcome, action, target, before, after, remote, request_id from"
                    + " audit_event ";

    /** What many events say is found among the newest, one by one. */
    private static final String NEWEST = SELECT + """
        where id < ? and id > (select max(id) from audit_event where id < ?) - 5000
          and (action ilike ? or target ilike ?) order by id desc limit ?\
        """;

    /** What few say is found by an index before it is put into order; a planner left alone guesses how many they are. */
    private static final String ANY = "with found as materialized (" + SELECT + """
        where id < ? and (action ilike ? or target ilike ?)) select * from found order by id desc limit ?\
        """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditController(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @GetMapping("/api/v1/audit-events")
    Page<AuditEvent> list(@ParameterObject PageRequest page) {
        String words = page.likeInRecord();
        long before = before(page);
        List<AuditEvent> rows = read(NEWEST, before, before, words, words, page.size() + 1);
        if (rows.size() <= page.size()) {
            rows = read(ANY, before, words, words, page.size() + 1);
        }
        return Page.of(rows, page.size(), AuditEvent::id, event -> event);
    }

    private List<AuditEvent> read(String sql, Object... parameters) {
        return jdbc.sql(sql)
                .params(parameters)
                .query((row, _) -> new AuditEvent(
                        row.getString(1),
                        row.getTimestamp(2).toInstant(),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        read(row.getString(8)),
                        read(row.getString(9)),
                        row.getString(10),
                        row.getString(11)))
                .list();
    }

    private @Nullable JsonNode read(@Nullable String text) {
        return text == null ? null : json.readTree(text);
    }

    private static long before(PageRequest page) {
        if (page.after().isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!page.after().matches("\\d{1,18}")) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        return Long.parseLong(page.after());
    }
}
