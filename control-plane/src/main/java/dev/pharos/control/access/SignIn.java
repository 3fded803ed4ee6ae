package dev.pharos.control.access;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** One-time links, and the sessions that they open. Both live in the database, so any node knows them. */
@Component
public class SignIn {
    static final Duration SESSION = Duration.ofHours(12);
    private static final Duration LINK = Duration.ofDays(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    SignIn(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A link's path, good for one sign-in until then. */
    public record Link(String path, Instant expiresAt) {}

    public Link newLink() {
        Secret secret = Secret.generate("");
        Instant expiresAt = clock.instant().plus(LINK);
        jdbc.sql("insert into sign_in_link (hash, expires_at) values (?, ?)")
                .params(secret.hash(), Timestamp.from(expiresAt))
                .update();
        return new Link("/sign-in?token=" + secret.text(), expiresAt);
    }

    /** Uses a link up; empty when it is unknown, expired or used. */
    @Transactional
    Optional<Secret> open(Secret link) {
        Timestamp now = Timestamp.from(clock.instant());
        int used = jdbc.sql("update sign_in_link set used_at = ? where hash = ? and used_at is null and expires_at > ?")
                .params(now, link.hash(), now)
                .update();
        if (used == 0) {
            return Optional.empty();
        }
        jdbc.sql("delete from web_session where expires_at < ?").param(now).update();
        Secret session = Secret.generate("");
        jdbc.sql("insert into web_session (hash, expires_at) values (?, ?)")
                .params(session.hash(), Timestamp.from(clock.instant().plus(SESSION)))
                .update();
        return Optional.of(session);
    }

    boolean isOpen(Secret session) {
        return jdbc.sql("select exists (select from web_session where hash = ? and expires_at > ?)")
                .params(session.hash(), Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    void close(Secret session) {
        jdbc.sql("delete from web_session where hash = ?").param(session.hash()).update();
    }
}
