package dev.pharos.control.host;

import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.host.HostView.HostRevision;
import dev.pharos.control.host.HostView.PeerView;
import dev.pharos.control.host.HostView.Refused;
import dev.pharos.control.host.HostView.SeenByPeers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads hosts together with what is known of how they do. */
@Component
class HostDirectory {
    /** A long poll takes fifty seconds at most and is followed by the next. */
    private static final String ONLINE = "interval '75 seconds'";

    private static final String SELECT = """
        select h.*, b.number as wanted, case when r.epoch = b.epoch then r.number else 0 end as enforced,
               r.enforced_at, r.last_seen, r.report,
               coalesce((select e.exported <> e.wanted from host_export e where e.host_id = h.id), false) as reimport,
               (select jsonb_strip_nulls(jsonb_object_agg(a.address, (
                    select o.name from host o
                    where o.network_id = h.network_id and a.address in (o.address, o.address6) and o.deleted_at is null)))
                from (select distinct unnest(array[p ->> 'address', substr(p ->> 'path', length('relay:') + 1)]) as address
                      from jsonb_array_elements(r.report -> 'peers') p) a) as peer_names,
               (select min(c.not_after) from certificate c where c.host_id = h.id and c.current) as expires,
               heard.at as heard_at, heard.hosts as heard_by, %3$s as checks,
               case when h.kind = 'agent' then r.last_seen > now() - %1$s else heard.at > now() - %2$s end as online
        from host h left join bundle b on b.host_id = h.id left join host_report r on r.host_id = h.id
        left join lateral (
            select max(c.heard_at) as at, count(*) filter (where c.heard_at > now() - %2$s) as hosts
            from peer_contact c where c.peer_id = h.id) heard on true
        where h.deleted_at is null\
        """.formatted(ONLINE, EndpointChecks.HEARD, EndpointChecks.COLUMN);

    private static final TypeReference<Map<String, String>> NAMES = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    HostDirectory(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** One page and a row more. */
    List<HostView> page(String networkId, PageRequest page) {
        return jdbc.sql(SELECT + " and h.network_id = ? and h.id > ? and h.name ilike ? order by h.id limit ?")
                .params(networkId, page.afterId(), page.like(), page.size() + 1)
                .query((row, _) -> view(row))
                .list();
    }

    HostView get(String id) {
        return jdbc.sql(SELECT + " and h.id = ?")
                .param(id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("host " + id));
    }

    /** How it reaches the others, as it last reported. */
    List<PeerView> peers(String id) {
        return get(id).peers();
    }

    /** Of the hosts that a report speaks of, by address. */
    private Map<String, String> names(ResultSet row) throws SQLException {
        @Nullable String text = row.getString("peer_names");
        return text == null ? Map.of() : json.readValue(text, NAMES);
    }

    private HostView view(ResultSet row) throws SQLException {
        Map<String, String> names = names(row);
        @Nullable String report = row.getString("report");
        JsonNode told = report == null ? json.createObjectNode() : json.readTree(report);
        return new HostView(
                row.getString("id"),
                row.getString("name"),
                row.getString("network_id"),
                addresses(row),
                texts(row, "groups"),
                row.getString("kind"),
                row.getBoolean("lighthouse"),
                row.getBoolean("relay"),
                texts(row, "endpoints"),
                row.getBoolean("blocked"),
                state(row),
                seenByPeers(row),
                EndpointChecks.of(json.readTree(row.getString("checks"))),
                revision(row),
                instant(row, "expires"),
                row.getBoolean("reimport"),
                instant(row, "last_seen"),
                told.path("version").asStringOpt().orElse(null),
                refused(told.path("refused")),
                told.path("unmet").valueStream().map(text -> text.asString("")).toList(),
                StreamSupport.stream(told.path("peers").spliterator(), false)
                        .map(peer -> peer(peer, names))
                        .toList(),
                row.getTimestamp("created_at").toInstant());
    }

    private static String state(ResultSet row) throws SQLException {
        if (row.getBoolean("pending")) {
            return "pending";
        }
        boolean online = row.getBoolean("online");
        if (row.wasNull()) {
            return "unseen";
        }
        return online ? "online" : "offline";
    }

    private static @Nullable SeenByPeers seenByPeers(ResultSet row) throws SQLException {
        @Nullable Instant at = instant(row, "heard_at");
        return at == null ? null : new SeenByPeers(at, row.getLong("heard_by"));
    }

    private static @Nullable HostRevision revision(ResultSet row) throws SQLException {
        long wanted = row.getLong("wanted");
        return row.wasNull() ? null : new HostRevision(wanted, row.getLong("enforced"), instant(row, "enforced_at"));
    }

    private static @Nullable Refused refused(JsonNode refused) {
        return refused.isObject()
                ? new Refused(
                        refused.path("revision").path("number").asLong(0),
                        refused.path("reason").asString(""))
                : null;
    }

    private static PeerView peer(JsonNode peer, Map<String, String> names) {
        String address = peer.path("address").asString("");
        return new PeerView(
                names.get(address),
                address,
                named(peer.path("path").asString(""), names),
                peer.path("endpoint").asStringOpt().orElse(null),
                peer.has("rttMs") ? peer.path("rttMs").asDouble() : null,
                time(peer.path("lastHandshake")),
                time(peer.path("lastHeard")),
                peer.path("bytesIn").asLong(0),
                peer.path("bytesOut").asLong(0));
    }

    /** {@code relay:10.42.0.2} as {@code relay:anchor}. */
    private static String named(String path, Map<String, String> names) {
        String prefix = "relay:";
        if (!path.startsWith(prefix)) {
            return path;
        }
        String address = path.substring(prefix.length());
        return prefix + names.getOrDefault(address, address);
    }

    private static @Nullable Instant time(JsonNode text) {
        return text.isString() ? Instant.parse(text.asString()) : null;
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        @Nullable Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static List<String> addresses(ResultSet row) throws SQLException {
        @Nullable String second = row.getString("address6");
        String first = row.getString("address");
        return second == null ? List.of(first) : List.of(first, second);
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
