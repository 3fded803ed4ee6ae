package dev.pharos.control.telemetry;

import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.host.Hosts;
import io.swagger.v3.oas.annotations.media.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What became of a host's tunnels, as its agent reported it: newest first, of a week, and so many for each host. */
@RestController
class PeerEventController {
    /**
     * @param event {@code opened}, {@code moved} to another path or endpoint, or {@code closed}
     * @param path {@code direct}, or {@code relay:} and the relay's name; of a closed one, the last
     * @param rttMs round-trip time at that moment, where it was known
     */
    @Schema(name = "PeerEvent")
    record PeerEvent(
            String id,
            Instant at,

            @Schema(allowableValues = {"opened", "moved", "closed"})
            String event,

            String peerId,
            String peerName,
            String path,
            @Nullable String endpoint,
            @Nullable Double rttMs) {}

    private final JdbcClient jdbc;
    private final Hosts hosts;

    PeerEventController(JdbcClient jdbc, Hosts hosts) {
        this.jdbc = jdbc;
        this.hosts = hosts;
    }

    @GetMapping("/api/v1/hosts/{id}/history")
    Page<PeerEvent> list(@PathVariable String id, @ParameterObject PageRequest page) {
        List<PeerEvent> rows = jdbc.sql("""
            select e.id, e.at, e.event, e.peer_id, p.name,
                   coalesce('relay:' || (select r.name from host r where r.network_id = p.network_id
                                         and r.deleted_at is null and e.path like 'relay:%'
                                         and substr(e.path, length('relay:') + 1) in (r.address, r.address6)), e.path),
                   e.endpoint, e.rtt_ms
            from peer_event e join host p on p.id = e.peer_id
            where e.host_id = ? and e.id < ? and p.name ilike ? order by e.id desc limit ?\
            """)
                .params(hosts.get(id).id(), before(page), page.like(), page.size() + 1)
                .query((row, _) -> event(row))
                .list();
        return Page.of(rows, page.size(), PeerEvent::id, event -> event);
    }

    private static long before(PageRequest page) {
        if (page.after().isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!page.after().matches("\\d{1,18}")) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        return Long.parseLong(page.after());
    }

    private static PeerEvent event(ResultSet row) throws SQLException {
        @Nullable Double rtt = (Double) row.getObject(8);
        return new PeerEvent(
                Long.toString(row.getLong(1)),
                row.getTimestamp(2).toInstant(),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                rtt);
    }
}
