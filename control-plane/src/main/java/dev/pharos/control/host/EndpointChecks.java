package dev.pharos.control.host;

import dev.pharos.control.host.HostView.EndpointCheck;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * Whether a host answers at the endpoints that it is said to have. The hosts of the network are the witnesses: who is told of
 * a lighthouse calls it, also as a stranger would, and reports where it was answered. That it hears the lighthouse there shows
 * nothing: a router lets in whom the lighthouse has called. Of many hosts those are asked that heard it last.
 */
final class EndpointChecks {
    /** Agents report every two minutes at the latest, while they hear anybody. */
    static final String HEARD = "interval '3 minutes'";

    /** Of a host's peers, latest first; a lighthouse is heard by everybody. */
    static final String LATEST_CONTACTS =
            "(select * from peer_contact c where c.peer_id = h.id order by c.heard_at desc limit 500)";

    /** After an endpoint was named: for bundles to arrive, for calls to be made, and for a report of what came of it. */
    private static final String TIME_TO_TRY = "interval '60 seconds'";

    /** A column of the host {@code h}, as JSON. */
    static final String COLUMN = """
        (select coalesce(jsonb_agg(jsonb_build_object('endpoint', e.endpoint, 'seenBy', heard.hosts,
                                                      'heardAt', heard.at, 'silentAt', silent.at) order by e.nr), '[]')
         from unnest(h.endpoints) with ordinality e (endpoint, nr)
         cross join lateral (
             select count(*) as hosts, max(c.heard_at) as at from %3$s c
             where c.heard_at > now() - %1$s and e.endpoint = any (c.answers)) heard
         cross join lateral (
             select max(s.last_seen) as at from (
                 select s.host_id, s.last_seen from host o join host_report s on s.host_id = o.id
                 where h.lighthouse and heard.hosts = 0 and o.network_id = h.network_id and o.id <> h.id
                   and o.signing_key is not null and o.deleted_at is null and not o.blocked and not o.pending
                   and s.reported_at is not null and s.last_seen > now() - interval '75 seconds'
                   and s.last_seen > h.endpoints_at + %2$s
                 order by s.last_seen desc limit 100) s
             where coalesce((select c.heard_at from peer_contact c
                             where c.host_id = s.host_id and c.peer_id = h.id and c.path = 'direct'), '-infinity')
                   <= now() - %1$s) silent)\
        """.formatted(HEARD, TIME_TO_TRY, LATEST_CONTACTS);

    private EndpointChecks() {}

    /** What the column holds. */
    static List<EndpointCheck> of(JsonNode column) {
        return StreamSupport.stream(column.spliterator(), false)
                .map(EndpointChecks::check)
                .toList();
    }

    private static EndpointCheck check(JsonNode told) {
        String endpoint = told.path("endpoint").asString();
        long seenBy = told.path("seenBy").asLong();
        if (seenBy > 0) {
            return new EndpointCheck(
                    endpoint, "yes", seenBy, Instant.parse(told.path("heardAt").asString()));
        }
        return told.path("silentAt").isString()
                ? new EndpointCheck(
                        endpoint, "no", 0, Instant.parse(told.path("silentAt").asString()))
                : new EndpointCheck(endpoint, "unknown", 0, null);
    }
}
