package dev.pharos.control.access;

import dev.pharos.control.api.Caller;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** One-time links and passwords, and the sessions that they open. All in the database, so any node knows them. */
@Component
public class SignIn {
    static final Duration SESSION = Duration.ofHours(12);
    private static final Duration LINK = Duration.ofDays(1);

    private final Users users;
    private final Passwords passwords;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    SignIn(
            Users users,
            Passwords passwords,
            Audit audit,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Clock clock) {
        this.users = users;
        this.passwords = passwords;
        this.audit = audit;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** A link's path, good for one sign-in until then. Its secret is in the fragment, which no browser sends or logs. */
    public record Link(String path, Instant expiresAt) {}

    /** How a session was opened. */
    enum Means {
        LINK,
        PASSWORD
    }

    public Link newLink(String userId) {
        Secret secret = Secret.generate("");
        Instant now = clock.instant();
        jdbc.sql("delete from sign_in_link where expires_at < ?")
                .param(Timestamp.from(now))
                .update();
        jdbc.sql("insert into sign_in_link (hash, user_id, expires_at) values (?, ?, ?)")
                .params(secret.hash(), userId, Timestamp.from(now.plus(LINK)))
                .update();
        return new Link("/sign-in#" + secret.text(), now.plus(LINK));
    }

    /** Uses a link up; empty when it is unknown, expired or used. */
    @Transactional
    Optional<Secret> byLink(Secret link) {
        Timestamp now = Timestamp.from(clock.instant());
        return jdbc.sql("""
            update sign_in_link set used_at = ? where hash = ? and used_at is null and expires_at > ? returning user_id\
            """)
                .params(now, link.hash(), now)
                .query(String.class)
                .optional()
                .map(user -> open(user, Means.LINK));
    }

    /** Empty when there is nobody of that name, without a password, or with another one; each takes equally long. */
    Optional<Secret> byPassword(String name, String password) {
        Optional<User> user = users.named(name);
        Optional<String> hash = user.map(User::id).flatMap(users::passwordHash);
        boolean right = hash.isPresent() ? passwords.matches(password, hash.get()) : passwords.matchesNobody(password);
        return right ? user.map(known -> transaction.execute(_ -> open(known.id(), Means.PASSWORD))) : Optional.empty();
    }

    /** Who that session belongs to, while it is open, with the role of this moment. */
    Optional<Caller> callerOf(Secret session) {
        return jdbc.sql("""
            select u.id, u.name, u.role from web_session s join user_account u on u.id = s.user_id
            where s.hash = ? and s.expires_at > ?\
            """)
                .params(session.hash(), Timestamp.from(clock.instant()))
                .query((row, _) -> new Caller(row.getString(1), row.getString(2), Role.of(row.getString(3))))
                .optional();
    }

    boolean wasOpenedByLink(Secret session) {
        return jdbc.sql("select exists (select from web_session where hash = ? and by_link)")
                .param(session.hash())
                .query(Boolean.class)
                .single();
    }

    @Transactional
    void close(Secret session) {
        jdbc.sql("delete from web_session where hash = ? returning user_id")
                .param(session.hash())
                .query(String.class)
                .optional()
                .ifPresent(user -> audit.record(null, "session.delete", user));
    }

    /** From then on only that session of the user is open, and the links made before are worth nothing. */
    @Transactional
    void setPassword(Secret session, String userId, String hash) {
        users.setPasswordHash(userId, hash);
        jdbc.sql("delete from web_session where user_id = ? and hash <> ?")
                .params(userId, session.hash())
                .update();
        jdbc.sql("delete from sign_in_link where user_id = ?").param(userId).update();
        audit.record(null, "user.password", userId);
    }

    private Secret open(String userId, Means means) {
        Instant now = clock.instant();
        jdbc.sql("delete from web_session where expires_at < ?")
                .param(Timestamp.from(now))
                .update();
        Secret session = Secret.generate("");
        jdbc.sql("insert into web_session (hash, user_id, by_link, expires_at) values (?, ?, ?, ?)")
                .params(session.hash(), userId, means == Means.LINK, Timestamp.from(now.plus(SESSION)))
                .update();
        users.noteSignIn(userId);
        audit.signedIn(userId);
        return session;
    }
}
