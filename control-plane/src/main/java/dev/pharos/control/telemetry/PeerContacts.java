package dev.pharos.control.telemetry;

import dev.pharos.control.telemetry.Reports.Received;
import dev.pharos.protocol.bundle.HostPort;
import dev.pharos.protocol.bundle.HostReport;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Who hears whom: one row for each host and peer, written when the way to it changed or it was last heard a good while later
 * than the row says, and one event for each tunnel that opened, took another way or closed. A report that had no room for
 * all peers does not say that any is gone.
 */
@Component
class PeerContacts {
    /** A row that is this much behind is good enough. */
    private static final Duration BEHIND = Duration.ofSeconds(45);

    private final JdbcTemplate jdbc;

    PeerContacts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Pair(String hostId, String peerId) {}

    private record Contact(
            Pair pair, Instant heardAt, String path, String endpoint, List<String> reachedBy, List<String> answers) {
        boolean sameWay(Contact other) {
            return path.equals(other.path) && endpoint.equals(other.endpoint);
        }

        boolean isWorthWriting(Contact before) {
            return !sameWay(before)
                    || !reachedBy.equals(before.reachedBy)
                    || !answers.equals(before.answers)
                    || Duration.between(before.heardAt, heardAt).compareTo(BEHIND) > 0;
        }
    }

    private record Event(Contact contact, Instant at, String what, Optional<Double> rttMs) {}

    private record Address(String networkId, String text) {}

    /** Within the caller's transaction. */
    void update(List<Received> batch) {
        String[] hostIds = batch.stream().map(Received::hostId).toArray(String[]::new);
        Map<Pair, Contact> before = contacts(hostIds);
        Map<String, String> networks = networks(hostIds);
        Map<Address, String> hosts = hosts(batch, networks);
        List<Contact> written = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        for (Received received : batch) {
            String network = networks.getOrDefault(received.hostId(), "");
            for (HostReport.Peer peer : received.report().peers()) {
                String peerId = hosts.get(new Address(network, peer.address().toString()));
                if (peerId != null) {
                    Contact now = contact(received, peer, peerId);
                    Contact old = before.remove(now.pair());
                    if (old == null || now.isWorthWriting(old)) {
                        written.add(now);
                    }
                    if (old == null || !now.sameWay(old)) {
                        events.add(new Event(now, received.at(), old == null ? "opened" : "moved", peer.rttMs()));
                    }
                }
            }
        }
        Map<String, Instant> times = new HashMap<>();
        batch.forEach(received -> times.put(received.hostId(), received.at()));
        Set<String> partial = batch.stream()
                .filter(received -> received.report().omitted().isPresent())
                .map(Received::hostId)
                .collect(Collectors.toSet());
        before.keySet().removeIf(pair -> partial.contains(pair.hostId()));
        before.values()
                .forEach(gone -> events.add(new Event(
                        gone, times.getOrDefault(gone.pair().hostId(), gone.heardAt()), "closed", Optional.empty())));
        store(written);
        delete(List.copyOf(before.keySet()));
        note(events);
    }

    /** By our clock: the host's own may be off, but knows how long ago it heard something. */
    private static Contact contact(Received received, HostReport.Peer peer, String peerId) {
        Instant reported = received.report().at().orElse(received.at());
        Duration ago = peer.lastHeard()
                .map(heard -> Duration.between(heard, reported))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO);
        return new Contact(
                new Pair(received.hostId(), peerId),
                received.at().minus(ago),
                peer.path().toString(),
                peer.endpoint().map(Object::toString).orElse(""),
                texts(peer.reachedBy()),
                texts(peer.answers()));
    }

    private static List<String> texts(List<HostPort> endpoints) {
        return endpoints.stream().map(Object::toString).sorted().toList();
    }

    private Map<Pair, Contact> contacts(String[] hostIds) {
        Map<Pair, Contact> contacts = new HashMap<>();
        jdbc.query(
                "select host_id, peer_id, heard_at, path, endpoint, reached_by, answers from peer_contact"
                        + " where host_id = any (?)",
                row -> {
                    Contact contact = contact(row);
                    contacts.put(contact.pair(), contact);
                },
                (Object) hostIds);
        return contacts;
    }

    private static Contact contact(ResultSet row) throws SQLException {
        return new Contact(
                new Pair(row.getString(1), row.getString(2)),
                row.getTimestamp(3).toInstant(),
                row.getString(4),
                Optional.ofNullable(row.getString(5)).orElse(""),
                List.of((String[]) row.getArray(6).getArray()),
                List.of((String[]) row.getArray(7).getArray()));
    }

    private Map<String, String> networks(String[] hostIds) {
        Map<String, String> networks = new HashMap<>();
        jdbc.query(
                "select id, network_id from host where id = any (?)",
                row -> {
                    networks.put(row.getString(1), row.getString(2));
                },
                (Object) hostIds);
        return networks;
    }

    /** Those that are spoken of, by their addresses; nobody deletes them before they have been written of. */
    private Map<Address, String> hosts(List<Received> batch, Map<String, String> networks) {
        String[] addresses = batch.stream()
                .flatMap(received -> received.report().peers().stream())
                .map(peer -> peer.address().toString())
                .distinct()
                .toArray(String[]::new);
        Map<Address, String> hosts = new HashMap<>();
        jdbc.query(
                """
                select id, network_id, address, address6 from host
                where network_id = any (?) and deleted_at is null and (address = any (?) or address6 = any (?))
                for key share\
                """,
                row -> {
                    hosts.put(new Address(row.getString(2), row.getString(3)), row.getString(1));
                    @Nullable String second = row.getString(4);
                    if (second != null) {
                        hosts.put(new Address(row.getString(2), second), row.getString(1));
                    }
                },
                networks.values().stream().distinct().toArray(String[]::new),
                addresses,
                addresses);
        return hosts;
    }

    private void store(List<Contact> contacts) {
        jdbc.batchUpdate("""
            insert into peer_contact (host_id, peer_id, heard_at, path, endpoint, reached_by, answers)
            values (?, ?, ?, ?, nullif(?, ''), ?, ?)
            on conflict (host_id, peer_id) do update set heard_at = excluded.heard_at, path = excluded.path,
                endpoint = excluded.endpoint, reached_by = excluded.reached_by, answers = excluded.answers\
            """, contacts, Math.max(contacts.size(), 1), (statement, contact) -> {
            statement.setString(1, contact.pair().hostId());
            statement.setString(2, contact.pair().peerId());
            statement.setTimestamp(3, Timestamp.from(contact.heardAt()));
            statement.setString(4, contact.path());
            statement.setString(5, contact.endpoint());
            statement.setArray(6, array(statement, contact.reachedBy()));
            statement.setArray(7, array(statement, contact.answers()));
        });
    }

    private static Array array(PreparedStatement statement, List<String> texts) throws SQLException {
        return statement.getConnection().createArrayOf("text", texts.toArray());
    }

    private void delete(List<Pair> pairs) {
        jdbc.batchUpdate(
                "delete from peer_contact where host_id = ? and peer_id = ?",
                pairs,
                Math.max(pairs.size(), 1),
                (statement, pair) -> {
                    statement.setString(1, pair.hostId());
                    statement.setString(2, pair.peerId());
                });
    }

    private void note(List<Event> events) {
        jdbc.batchUpdate("""
            insert into peer_event (host_id, peer_id, at, event, path, endpoint, rtt_ms)
            values (?, ?, ?, ?, ?, nullif(?, ''), ?)\
            """, events, Math.max(events.size(), 1), (statement, event) -> {
            statement.setString(1, event.contact().pair().hostId());
            statement.setString(2, event.contact().pair().peerId());
            statement.setTimestamp(3, Timestamp.from(event.at()));
            statement.setString(4, event.what());
            statement.setString(5, event.contact().path());
            statement.setString(6, event.contact().endpoint());
            statement.setObject(7, event.rttMs().orElse(null), java.sql.Types.DOUBLE);
        });
    }
}
