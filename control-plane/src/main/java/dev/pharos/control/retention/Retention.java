package dev.pharos.control.retention;

import dev.pharos.control.settings.Settings;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Deletes what nobody will ask for again; any node may do it, one at a time. The record of changes is kept unless told. */
@Component
public class Retention {
    private static final long LOCK = 0x7068_6172_6f73_0005L;
    /** Nobody repeats a creation a week later. */
    private static final Duration CREATIONS = Duration.ofDays(7);
    /** Of the reasons of revisions; the newest thousand of a network stay in any case. */
    private static final Duration REVISIONS = Duration.ofDays(90);
    /** Of what became of a host's tunnels. */
    private static final Duration PEER_EVENTS = Duration.ofDays(7);

    private static final int PEER_EVENTS_OF_HOST = 500;
    /** After which a link or session that is over is forgotten. */
    private static final Duration OVER = Duration.ofDays(1);

    private final Settings settings;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Retention(Settings settings, JdbcClient jdbc, TransactionTemplate transaction, Clock clock) {
        this.settings = settings;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 300_000, fixedDelay = 3_600_000)
    public void sweep() {
        transaction.executeWithoutResult(_ -> {
            boolean alone = jdbc.sql("select pg_try_advisory_xact_lock(?)")
                    .param(LOCK)
                    .query(Boolean.class)
                    .single();
            if (alone) {
                delete("delete from creation where created_at < ?", CREATIONS);
                delete("delete from sign_in_link where expires_at < ?", OVER);
                delete("delete from web_session where expires_at < ?", OVER);
                delete("""
                    delete from revision r using network n
                    where n.id = r.network_id and r.created_at < ? and r.number < n.revision - 1000\
                    """, REVISIONS);
                delete("delete from peer_event where at < ?", PEER_EVENTS);
                jdbc.sql("""
                    delete from peer_event e using (
                        select host_id from peer_event group by host_id having count(*) > :most) full_host
                    where e.host_id = full_host.host_id and e.id <= (
                        select id from peer_event where host_id = full_host.host_id order by id desc offset :most limit 1)\
                    """).param("most", PEER_EVENTS_OF_HOST).update();
                settings.auditRetention().ifPresent(age -> delete("delete from audit_event where at < ?", age));
            }
        });
    }

    private void delete(String sql, Duration age) {
        Instant before = clock.instant().minus(age);
        jdbc.sql(sql).param(Timestamp.from(before)).update();
    }
}
