package dev.pharos.control.policy;

import dev.pharos.control.api.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What each policy has said, from its first entry to the one that deletes it. */
@Component
class PolicyHistory {
    private static final String SELECT =
            "select number, at, author, action, content, network_id from policy_history where policy_id = ? ";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    PolicyHistory(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** @param content empty when the policy was deleted */
    record Past(
            int number, Instant at, String author, String action, Optional<PolicyContent> content, String networkId) {}

    /** Within the transaction of the change. */
    void note(Policy policy, String action) {
        @Nullable String content = action.equals("policy.delete") ? null : json.writeValueAsString(policy.content());
        jdbc.sql("""
            insert into policy_history (policy_id, network_id, number, at, author, action, content)
            select ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?::jsonb from policy_history where policy_id = ?\
            """)
                .params(java.util.Arrays.asList(
                        policy.id(),
                        policy.networkId(),
                        Timestamp.from(clock.instant()),
                        Caller.actor(),
                        action,
                        content,
                        policy.id()))
                .update();
    }

    /** Newest first, beginning before a number. */
    List<Past> before(String policyId, int number, int rows) {
        return jdbc.sql(SELECT + "and number < ? order by number desc limit ?")
                .params(policyId, number, rows)
                .query((row, _) -> past(row))
                .list();
    }

    Optional<Past> find(String policyId, int number) {
        return jdbc.sql(SELECT + "and number = ?")
                .params(policyId, number)
                .query((row, _) -> past(row))
                .optional();
    }

    private Past past(ResultSet row) throws SQLException {
        @Nullable String content = row.getString(5);
        return new Past(
                row.getInt(1),
                row.getTimestamp(2).toInstant(),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(content).map(text -> json.readValue(text, PolicyContent.class)),
                row.getString(6));
    }
}
