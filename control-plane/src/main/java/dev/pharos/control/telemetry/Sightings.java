package dev.pharos.control.telemetry;

import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** When each host was last heard from and what it enforces: collected in memory, written in batches. */
@Component
public class Sightings {
    /** A host that was not heard from for longer was offline. */
    private static final Duration ONLINE = Duration.ofSeconds(75);

    private final JdbcTemplate jdbc;
    private final HostNews news;
    private final Clock clock;
    private final Map<String, Sighting> unwritten = new ConcurrentHashMap<>();

    Sightings(JdbcTemplate jdbc, HostNews news, Clock clock) {
        this.jdbc = jdbc;
        this.news = news;
        this.clock = clock;
    }

    private record Sighting(String hostId, Instant at, Optional<Enforced> enforced) {
        Sighting and(Sighting later) {
            return new Sighting(
                    hostId, later.at(), later.enforced().map(this::first).or(this::enforced));
        }

        private Enforced first(Enforced later) {
            return enforced.filter(before -> before.id().equals(later.id())).orElse(later);
        }
    }

    /** @param since when it was first said */
    private record Enforced(RevisionId id, Instant since) {}

    /** The host has just asked for something; a poll also tells what it enforces. */
    public void seen(String hostId, Optional<RevisionId> enforced) {
        Instant now = clock.instant();
        unwritten.merge(hostId, new Sighting(hostId, now, enforced.map(id -> new Enforced(id, now))), Sighting::and);
    }

    @Scheduled(fixedDelay = 250)
    public void write() {
        List<Sighting> batch = new ArrayList<>();
        for (String hostId : List.copyOf(unwritten.keySet())) {
            Sighting sighting = unwritten.remove(hostId);
            if (sighting != null) {
                batch.add(sighting);
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            List<String> changed = changed(batch);
            writeAll(batch);
            news.tell(changed);
        } catch (DataAccessException e) {
            batch.forEach(sighting -> unwritten.putIfAbsent(sighting.hostId(), sighting));
            throw e;
        }
    }

    /** Hosts that enforce something else than before, or were offline. */
    private List<String> changed(List<Sighting> batch) {
        Map<String, Known> known = new HashMap<>();
        jdbc.query(
                "select host_id, digest, last_seen from host_report where host_id = any (?)",
                row -> {
                    known.put(
                            row.getString(1),
                            new Known(row.getString(2), row.getTimestamp(3).toInstant()));
                },
                (Object) batch.stream().map(Sighting::hostId).toArray(String[]::new));
        return batch.stream()
                .filter(sighting -> Optional.ofNullable(known.get(sighting.hostId()))
                        .filter(before -> before.isStillTrue(sighting))
                        .isEmpty())
                .map(Sighting::hostId)
                .toList();
    }

    private record Known(String digest, Instant lastSeen) {
        boolean isStillTrue(Sighting sighting) {
            return lastSeen.plus(ONLINE).isAfter(sighting.at())
                    && sighting.enforced()
                            .filter(enforced -> !enforced.id().digest().hex().equals(digest))
                            .isEmpty();
        }
    }

    /** A host that is being deleted is waited for, and is then none. */
    private void writeAll(List<Sighting> batch) {
        jdbc.batchUpdate("""
            insert into host_report (host_id, last_seen, epoch, number, digest, enforced_at)
            select id, ?, ?, ?, ?, ? from host where id = ? for key share
            on conflict (host_id) do update set last_seen = excluded.last_seen,
                epoch = case when excluded.digest = '' then host_report.epoch else excluded.epoch end,
                number = case when excluded.digest = '' then host_report.number else excluded.number end,
                digest = case when excluded.digest = '' then host_report.digest else excluded.digest end,
                enforced_at = case when excluded.digest in ('', host_report.digest) then host_report.enforced_at
                                   else excluded.enforced_at end\
            """, batch, batch.size(), (statement, sighting) -> {
            statement.setTimestamp(1, Timestamp.from(sighting.at()));
            statement.setLong(2, revision(sighting).map(Revision::epoch).orElse(0L));
            statement.setLong(3, revision(sighting).map(Revision::number).orElse(0L));
            statement.setString(
                    4,
                    sighting.enforced()
                            .map(enforced -> enforced.id().digest().hex())
                            .orElse(""));
            statement.setTimestamp(
                    5,
                    sighting.enforced()
                            .map(Enforced::since)
                            .map(Timestamp::from)
                            .orElse(null));
            statement.setString(6, sighting.hostId());
        });
    }

    private static Optional<Revision> revision(Sighting sighting) {
        return sighting.enforced().map(enforced -> enforced.id().revision());
    }
}
