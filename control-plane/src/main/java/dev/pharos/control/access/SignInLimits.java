package dev.pharos.control.access;

import dev.pharos.control.api.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How often somebody may be wrong within a quarter of an hour: five times for one name from one address, fifty times for
 * one name or from one address. The first keeps a guesser out without keeping out the person, whose address is another.
 * Failures are in the database, so every node counts them all.
 */
@Component
class SignInLimits {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int OF_BOTH = 5;
    private static final int OF_ONE = 50;

    private final JdbcClient jdbc;
    private final Clock clock;

    SignInLimits(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private record Failures(int ofBoth, int ofName, int ofRemote) {}

    /** @throws Problem 429 when there were too many failures */
    void require(String name, String remote) {
        Failures failures = jdbc.sql("""
            select count(*) filter (where name = :name and remote = :remote),
                   count(*) filter (where name = :name),
                   count(*) filter (where remote = :remote)
            from sign_in_failure where at > :since\
            """)
                .param("name", key(name))
                .param("remote", remote)
                .param("since", Timestamp.from(since()))
                .query((row, _) -> new Failures(row.getInt(1), row.getInt(2), row.getInt(3)))
                .single();
        if (failures.ofBoth() >= OF_BOTH || failures.ofName() >= OF_ONE || failures.ofRemote() >= OF_ONE) {
            throw new Problem(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "too-many-failures",
                    "too many failed attempts; try again in " + WINDOW.toMinutes()
                            + " minutes, or ask an owner for a link");
        }
    }

    void failed(String name, String remote) {
        jdbc.sql("delete from sign_in_failure where at <= ?")
                .param(Timestamp.from(since()))
                .update();
        jdbc.sql("insert into sign_in_failure (name, remote, at) values (?, ?, ?)")
                .params(key(name), remote, Timestamp.from(clock.instant()))
                .update();
    }

    void succeeded(String name, String remote) {
        jdbc.sql("delete from sign_in_failure where name = ? and remote = ?")
                .params(key(name), remote)
                .update();
    }

    private Instant since() {
        return clock.instant().minus(WINDOW);
    }

    private static String key(String name) {
        return name.toLowerCase(java.util.Locale.ROOT);
    }
}
