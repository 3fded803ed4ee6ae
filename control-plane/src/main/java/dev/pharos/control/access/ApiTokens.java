package dev.pharos.control.access;

import dev.pharos.control.api.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tokens of programs that use the REST API. */
@Component
public class ApiTokens {
    private final JdbcClient jdbc;
    private final Clock clock;

    ApiTokens(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    record ApiToken(
            String id,
            String name,
            Instant createdAt,
            @Nullable Instant expiresAt) {}

    /** A token as it is shown to its maker, once. */
    public record Issued(String id, String token) {}

    /** A token with a secret of our own making. */
    public Issued issue(String name, @Nullable Instant expiresAt) {
        Secret secret = Secret.generate("pharos-api-");
        return new Issued(store(name, secret, expiresAt), secret.text());
    }

    /** A token whose secret somebody else has chosen. */
    public void adopt(String name, String secret) {
        store(name, new Secret(secret), null);
    }

    /** The id of the token with that secret, while it is valid. */
    Optional<String> find(Secret secret) {
        return jdbc.sql("select id from api_token where hash = ? and (expires_at is null or expires_at > ?)")
                .params(secret.hash(), Timestamp.from(clock.instant()))
                .query(String.class)
                .optional();
    }

    Optional<ApiToken> get(String id) {
        return jdbc.sql("select id, name, created_at, expires_at from api_token where id = ?")
                .param(id)
                .query((row, _) -> token(row.getString(1), row.getString(2), row.getTimestamp(3), row.getTimestamp(4)))
                .optional();
    }

    List<ApiToken> after(String cursor, String like, int rows) {
        return jdbc.sql("""
            select id, name, created_at, expires_at from api_token
            where id > ? and name ilike ? order by id limit ?\
            """)
                .params(cursor, like, rows)
                .query((row, _) -> token(row.getString(1), row.getString(2), row.getTimestamp(3), row.getTimestamp(4)))
                .list();
    }

    boolean delete(String id) {
        return jdbc.sql("delete from api_token where id = ?").param(id).update() > 0;
    }

    private static ApiToken token(String id, String name, Timestamp createdAt, @Nullable Timestamp expiresAt) {
        return new ApiToken(id, name, createdAt.toInstant(), expiresAt == null ? null : expiresAt.toInstant());
    }

    private String store(String name, Secret secret, @Nullable Instant expiresAt) {
        String id = Ids.next("api", clock.instant());
        jdbc.sql("insert into api_token (id, name, hash, created_at, expires_at) values (?, ?, ?, ?, ?)")
                .param(1, id)
                .param(2, name)
                .param(3, secret.hash())
                .param(4, Timestamp.from(clock.instant()))
                .param(5, expiresAt == null ? null : Timestamp.from(expiresAt))
                .update();
        return id;
    }
}
