package dev.pharos.control.telemetry;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.HostReport.Peer;
import dev.pharos.protocol.bundle.HostReport.RefusedBundle;
import dev.pharos.protocol.bundle.PeerPath;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What agents report: collected in memory, the newest of each host, and written in batches. */
@Component
class Reports {
    /** In one transaction; what is more waits for the next, half a second later. */
    private static final int AT_ONCE = 200;

    /** @param at when it came */
    record Received(String hostId, Instant at, HostReport report) {}

    private final JdbcTemplate jdbc;
    private final PeerContacts contacts;
    private final HostNews news;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Map<String, Received> unwritten = new ConcurrentHashMap<>();

    Reports(JdbcTemplate jdbc, PeerContacts contacts, HostNews news, TransactionTemplate transaction, Clock clock) {
        this.jdbc = jdbc;
        this.contacts = contacts;
        this.news = news;
        this.transaction = transaction;
        this.clock = clock;
    }

    void take(String hostId, HostReport report) {
        unwritten.put(hostId, new Received(hostId, clock.instant(), report));
    }

    @Scheduled(fixedDelay = 500)
    void write() {
        List<Received> batch = new ArrayList<>();
        for (String hostId : unwritten.keySet().stream().limit(AT_ONCE).toList()) {
            Received received = unwritten.remove(hostId);
            if (received != null) {
                batch.add(received);
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        batch.sort(Comparator.comparing(Received::hostId));
        try {
            transaction.executeWithoutResult(_ -> {
                Set<String> changed = news(batch);
                writeReports(batch);
                contacts.update(batch);
                news.tell(changed);
            });
        } catch (DataAccessException e) {
            batch.forEach(received -> unwritten.putIfAbsent(received.hostId(), received));
            throw e;
        }
    }

    /** Hosts of which a dashboard would show something else than before. */
    private Set<String> news(List<Received> batch) {
        Map<String, Outline> before = new HashMap<>();
        jdbc.query(
                "select host_id, report from host_report where report is not null and host_id = any (?)",
                row -> {
                    before.put(row.getString(1), Outline.of(parse(row.getString(2))));
                },
                (Object) batch.stream().map(Received::hostId).toArray(String[]::new));
        Set<String> changed = new TreeSet<>();
        batch.stream()
                .filter(received -> !Outline.of(received.report()).equals(before.get(received.hostId())))
                .forEach(received -> changed.add(received.hostId()));
        return changed;
    }

    private record Outline(Optional<RefusedBundle> refused, Map<VpnAddress, PeerPath> paths) {
        static Outline of(HostReport report) {
            return new Outline(
                    report.refused(),
                    report.peers().stream().collect(Collectors.toMap(Peer::address, Peer::path, (first, _) -> first)));
        }
    }

    /** PostgreSQL writes it with spaces, so it may be larger than what was sent. */
    private static HostReport parse(String stored) {
        try {
            return ControlJson.read(
                    HostReport.class, stored.getBytes(StandardCharsets.UTF_8), 2 * ControlJson.MAX_ENVELOPE_BYTES);
        } catch (MalformedException e) {
            throw new IllegalStateException("the database holds a report that was never accepted", e);
        }
    }

    /** A host that is being deleted is waited for, and is then none. */
    private void writeReports(List<Received> batch) {
        jdbc.batchUpdate("""
            insert into host_report (host_id, last_seen, reported_at, report)
            select id, ?, ?, ?::jsonb from host where id = ? for key share
            on conflict (host_id) do update set reported_at = excluded.reported_at, report = excluded.report\
            """, batch, batch.size(), (statement, received) -> {
            statement.setTimestamp(1, Timestamp.from(received.at()));
            statement.setTimestamp(2, Timestamp.from(received.at()));
            statement.setString(3, new String(ControlJson.write(received.report()), StandardCharsets.UTF_8));
            statement.setString(4, received.hostId());
        });
    }
}
