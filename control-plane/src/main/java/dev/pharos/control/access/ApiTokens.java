package dev.pharos.control.access;

import dev.pharos.control.api.Caller;
import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tokens of programs that use the REST API. */
@Component
public class ApiTokens {
    private static final String PREFIX = "pharos-api-";
    private static final String COLUMNS = "id, name, role, created_at, expires_at, last_used_at";

    /** A token that is used all day is not written to the database at each request. */
    private static final Duration USE_NOTED = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    ApiTokens(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    record ApiToken(
            String id,
            String name,
            Role role,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt) {}

    /** A token as it is shown to its maker, once. */
    public record Issued(String id, String token) {}

    /** A token with a secret of our own making. */
    public Issued issue(String name, Role role, @Nullable Instant expiresAt) {
        Secret secret = Secret.generate(PREFIX);
        return new Issued(store(name, role, secret, expiresAt), secret.text());
    }

    /** An owner's token whose secret somebody else has chosen. */
    public void adopt(String name, String secret) {
        store(name, Role.OWNER, new Secret(secret), null);
    }

    /** Whoever holds the token with that secret, while it is valid; the use is noted, to the minute. */
    Optional<Caller> callerOf(Secret secret) {
        Timestamp now = Timestamp.from(clock.instant());
        Optional<Caller> caller = jdbc.sql(
                        "select id, name, role from api_token where hash = ? and (expires_at is null or expires_at >"
                                + " ?)")
                .params(secret.hash(), now)
                .query((row, _) -> new Caller(row.getString(1), row.getString(2), Role.of(row.getString(3))))
                .optional();
        caller.ifPresent(holder -> jdbc.sql(
                        "update api_token set last_used_at = ? where id = ? and (last_used_at is null or last_used_at"
                                + " < ?)")
                .params(now, holder.id(), Timestamp.from(clock.instant().minus(USE_NOTED)))
                .update());
        return caller;
    }

    /** Gives a token another secret; the one before is worth nothing from then on. Empty when there is no such token. */
    Optional<String> rotate(String id) {
        Secret secret = Secret.generate(PREFIX);
        int changed = jdbc.sql("update api_token set hash = ? where id = ?")
                .params(secret.hash(), id)
                .update();
        return changed == 0 ? Optional.empty() : Optional.of(secret.text());
    }

    Optional<ApiToken> get(String id) {
        return jdbc.sql("select " + COLUMNS + " from api_token where id = ?")
                .param(id)
                .query(ApiTokens::read)
                .optional();
    }

    List<ApiToken> after(String cursor, String like, int rows) {
        return jdbc.sql("select " + COLUMNS + " from api_token where id > ? and name ilike ? order by id limit ?")
                .params(cursor, like, rows)
                .query(ApiTokens::read)
                .list();
    }

    void delete(String id) {
        jdbc.sql("delete from api_token where id = ?").param(id).update();
    }

    private static ApiToken read(ResultSet row, int number) throws SQLException {
        return new ApiToken(
                row.getString(1),
                row.getString(2),
                Role.of(row.getString(3)),
                row.getTimestamp(4).toInstant(),
                instant(row.getTimestamp(5)),
                instant(row.getTimestamp(6)));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    private String store(String name, Role role, Secret secret, @Nullable Instant expiresAt) {
        String id = Ids.next("api", clock.instant());
        jdbc.sql("insert into api_token (id, name, role, hash, created_at, expires_at) values (?, ?, ?, ?, ?, ?)")
                .params(Arrays.asList(
                        id,
                        name,
                        role.word(),
                        secret.hash(),
                        Timestamp.from(clock.instant()),
                        expiresAt == null ? null : Timestamp.from(expiresAt)))
                .update();
        return id;
    }
}
