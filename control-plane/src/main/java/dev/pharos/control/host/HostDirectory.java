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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads hosts together with what is known of how they do. */
@Component
class HostDirectory {
    /** A long poll takes fifty seconds at most and is followed by the next. */
    private static final String ONLINE = "interval '75 seconds'";

    /** A lighthouse has as many as the network has hosts. */
    private static final String SHOWN_PEERS = "jsonb_path_query_array(r.report, '$.peers[0 to 199]')";

    private static final String ALL_PEERS = "r.report -> 'peers'";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    HostDirectory(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Limits keep what belongs to a host from being read of all hosts before the page's are picked. */
    private static String select(String peers) {
        return """
            select h.*, b.number as wanted, case when r.epoch = b.epoch then r.number else 0 end as enforced,
                   r.enforced_at, r.last_seen, r.report - 'peers' as report, %5$s as peers,
                   jsonb_array_length(r.report -> 'peers') + coalesce((r.report ->> 'omitted')::int, 0) as peer_count,
                   coalesce((select e.exported <> e.wanted from host_export e where e.host_id = h.id), false) as reimport,
                   (select min(c.not_after) from certificate c where c.host_id = h.id and c.current) as expires,
                   heard.at as heard_at, heard.hosts as heard_by, %3$s as checks,
                   case when h.kind = 'agent' then r.last_seen > now() - %1$s else heard.at > now() - %2$s end as online
            from host h
            left join lateral (select * from bundle b where b.host_id = h.id limit 1) b on true
            left join lateral (select * from host_report r where r.host_id = h.id limit 1) r on true
            left join lateral (
                select max(c.heard_at) as at, count(*) filter (where c.heard_at > now() - %2$s) as hosts
                from %4$s c) heard on true
            where h.deleted_at is null\
            """.formatted(
                        ONLINE, EndpointChecks.HEARD, EndpointChecks.COLUMN, EndpointChecks.LATEST_CONTACTS, peers);
    }

    /** One page and a row more. */
    List<HostView> page(String networkId, PageRequest page) {
        List<HostView> hosts = jdbc.sql(select(SHOWN_PEERS)
                        + " and h.network_id = ? and h.id > ? and h.name ilike ? order by h.id limit ?")
                .params(networkId, page.afterId(), page.like(), page.size() + 1)
                .query((row, _) -> view(row))
                .list();
        return withNames(networkId, hosts);
    }

    HostView get(String id) {
        return get(id, SHOWN_PEERS);
    }

    private HostView get(String id, String peers) {
        HostView host = jdbc.sql(select(peers) + " and h.id = ?")
                .param(id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("host " + id));
        return withNames(host.networkId(), List.of(host)).getFirst();
    }

    /** How it reaches the others, as it last reported. */
    List<PeerView> peers(String id) {
        return get(id, ALL_PEERS).peers();
    }

    /** Reports speak of hosts by their addresses. */
    private List<HostView> withNames(String networkId, List<HostView> hosts) {
        Map<String, String> names = names(
                networkId,
                hosts.stream()
                        .flatMap(host -> host.peers().stream().flatMap(PeerView::addresses))
                        .distinct()
                        .toArray(String[]::new));
        return hosts.stream()
                .map(host -> host.withPeers(
                        host.peers().stream().map(peer -> peer.named(names)).toList()))
                .toList();
    }

    private Map<String, String> names(String networkId, String[] addresses) {
        Map<String, String> names = new HashMap<>();
        jdbc.sql("""
            select address, name from host
            where network_id = ? and deleted_at is null and address = any (?)
            union all
            select address6, name from host
            where network_id = ? and deleted_at is null and address6 = any (?)\
            """).params(networkId, addresses, networkId, addresses).query(row -> {
            names.put(row.getString(1), row.getString(2));
        });
        return names;
    }

    private HostView view(ResultSet row) throws SQLException {
        JsonNode told = json(row, "report");
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
                json(row, "peers").valueStream().map(HostDirectory::peer).toList(),
                row.getInt("peer_count"),
                row.getTimestamp("created_at").toInstant());
    }

    /** Of a host that has never reported, nothing. */
    private JsonNode json(ResultSet row, String column) throws SQLException {
        @Nullable String text = row.getString(column);
        return text == null ? json.missingNode() : json.readTree(text);
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

    private static PeerView peer(JsonNode peer) {
        return new PeerView(
                null,
                peer.path("address").asString(""),
                peer.path("path").asString(""),
                peer.path("endpoint").asStringOpt().orElse(null),
                peer.has("rttMs") ? peer.path("rttMs").asDouble() : null,
                time(peer.path("lastHandshake")),
                time(peer.path("lastHeard")),
                peer.path("bytesIn").asLong(0),
                peer.path("bytesOut").asLong(0));
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
