package dev.pharos.control.access;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Everybody who signs in. */
@Component
public class Users {
    private static final String COLUMNS =
            "id, name, role, password_hash is not null, version, created_at, last_sign_in_at";

    /** Held while owners are counted, so that two requests cannot each take away the other's last one. */
    private static final long OWNERS_LOCK = 0x7068_6172_6f73_0010L;

    private final JdbcClient jdbc;
    private final Clock clock;

    Users(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    public User create(String name, Role role) {
        Instant now = clock.instant();
        String id = Ids.next("user", now);
        jdbc.sql("insert into user_account (id, name, role, created_at) values (?, ?, ?, ?)")
                .params(id, name, role.word(), Timestamp.from(now))
                .update();
        return get(id).orElseThrow();
    }

    Optional<User> get(String id) {
        return jdbc.sql("select " + COLUMNS + " from user_account where id = ?")
                .param(id)
                .query(Users::read)
                .optional();
    }

    Optional<User> named(String name) {
        return jdbc.sql("select " + COLUMNS + " from user_account where lower(name) = lower(?)")
                .param(name)
                .query(Users::read)
                .optional();
    }

    /** The owner that has been there the longest. */
    Optional<User> firstOwner() {
        return jdbc.sql("select " + COLUMNS + " from user_account where role = 'owner' order by created_at, id limit 1")
                .query(Users::read)
                .optional();
    }

    List<User> after(String cursor, String like, int rows) {
        return jdbc.sql("select " + COLUMNS + " from user_account where id > ? and name ilike ? order by id limit ?")
                .params(cursor, like, rows)
                .query(Users::read)
                .list();
    }

    void giveRole(String id, Role role) {
        jdbc.sql("update user_account set role = ?, version = version + 1 where id = ?")
                .params(role.word(), id)
                .update();
    }

    void delete(String id) {
        jdbc.sql("delete from user_account where id = ?").param(id).update();
    }

    /** Whether an owner would be left without that user; stays true until the transaction ends. */
    boolean ownerLeftWithout(String id) {
        jdbc.sql("select pg_advisory_xact_lock(?)").param(OWNERS_LOCK).query().singleRow();
        return jdbc.sql("select exists (select from user_account where role = 'owner' and id <> ?)")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    Optional<String> passwordHash(String id) {
        return jdbc.sql("select password_hash from user_account where id = ?")
                .param(id)
                .query((row, _) -> Optional.ofNullable(row.getString(1)))
                .optional()
                .flatMap(hash -> hash);
    }

    void setPasswordHash(String id, String hash) {
        jdbc.sql("update user_account set password_hash = ? where id = ?")
                .params(hash, id)
                .update();
    }

    void noteSignIn(String id) {
        jdbc.sql("update user_account set last_sign_in_at = ? where id = ?")
                .params(Timestamp.from(clock.instant()), id)
                .update();
    }

    private static User read(ResultSet row, int number) throws SQLException {
        @Nullable Timestamp lastSignIn = row.getTimestamp(7);
        return new User(
                row.getString(1),
                row.getString(2),
                Role.of(row.getString(3)),
                row.getBoolean(4),
                row.getLong(5),
                Objects.requireNonNull(row.getTimestamp(6)).toInstant(),
                lastSignIn == null ? null : lastSignIn.toInstant());
    }
}
