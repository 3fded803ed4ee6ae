package dev.pharos.control.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.Server;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.PeerPath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A host that is deleted while what was collected of it is being written: there is nothing to write, and nothing wrong. */
class DeletedHostIT {
    private final Server server = Server.shared();
    private final JdbcTemplate jdbc = server.bean(JdbcTemplate.class);
    private final JdbcClient client = server.bean(JdbcClient.class);
    private final HostNews news = server.bean(HostNews.class);
    private final Sightings sightings = new Sightings(jdbc, news, Clock.systemUTC());
    private final Reports reports = new Reports(
            jdbc, server.bean(PeerContacts.class), news, server.bean(TransactionTemplate.class), Clock.systemUTC());
    private FakeAgent leaving;
    private FakeAgent staying;

    @BeforeEach
    void join() {
        leaving = FakeAgent.joined(server.api(), "leaving-" + System.nanoTime());
        staying = FakeAgent.joined(server.api(), "staying-" + System.nanoTime());
    }

    @Test
    void wasSeen() throws Exception {
        sightings.seen(leaving.id(), Optional.empty());
        sightings.seen(staying.id(), Optional.of(staying.bundle().revision()));

        deleteWhile(sightings::write);

        assertThat(rows("host_report where host_id = ? and digest <> ''", staying))
                .isOne();
        assertThat(rows("host_report where host_id = ?", leaving)).isZero();
    }

    @Test
    void hasReported() throws Exception {
        reports.take(leaving.id(), reportOf(staying));
        reports.take(staying.id(), reportOf());

        deleteWhile(reports::write);

        assertThat(rows("host_report where host_id = ? and reported_at is not null", staying))
                .isOne();
        assertThat(rows("host_report where host_id = ?", leaving)).isZero();
    }

    @Test
    void isSpokenOf() throws Exception {
        reports.take(staying.id(), reportOf(leaving));

        deleteWhile(reports::write);

        assertThat(rows("peer_contact where peer_id = ?", leaving)).isZero();
        assertThat(rows("host_report where host_id = ? and reported_at is not null", staying))
                .isOne();
    }

    private void deleteWhile(Runnable write) throws Exception {
        CompletableFuture<Void> written;
        try (Connection deletion = server.bean(DataSource.class).getConnection()) {
            deletion.setAutoCommit(false);
            try (PreparedStatement delete = deletion.prepareStatement("delete from host where id = ?")) {
                delete.setString(1, leaving.id());
                delete.execute();
            }
            written = CompletableFuture.runAsync(write);
            await().until(() -> rows("pg_stat_activity where wait_event_type = 'Lock'") > 0);
            deletion.commit();
            deletion.setAutoCommit(true);
        }
        written.get(10, TimeUnit.SECONDS);
    }

    private long rows(String selected, FakeAgent of) {
        return client.sql("select count(*) from " + selected)
                .param(of.id())
                .query(Long.class)
                .single();
    }

    private long rows(String selected) {
        return client.sql("select count(*) from " + selected).query(Long.class).single();
    }

    private static HostReport reportOf(FakeAgent... peers) {
        Instant now = Instant.now();
        return new HostReport(
                "0.1.0",
                "linux/amd64",
                now,
                Optional.of(now),
                Optional.empty(),
                List.of(peers).stream()
                        .map(peer -> new HostReport.Peer(
                                peer.bundle()
                                        .own()
                                        .addresses()
                                        .iterator()
                                        .next()
                                        .address(),
                                PeerPath.DIRECT,
                                Optional.empty(),
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                Optional.of(now),
                                Optional.of(now),
                                1,
                                2))
                        .toList(),
                Optional.empty(),
                List.of());
    }
}
