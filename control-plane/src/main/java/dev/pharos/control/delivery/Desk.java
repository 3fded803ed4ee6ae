package dev.pharos.control.delivery;

import dev.pharos.control.api.Problem;
import dev.pharos.control.delivery.Bundles.Wanted;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;

/** Where long polls wait: for a newer bundle, for their host to be blocked, or for their time to run out. */
@Component
class Desk {
    /** A time-out that strikes while the request is still being parked can lose the answer. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Revision NONE = new Revision(0, 0);

    private final Bundles bundles;
    private final JdbcClient jdbc;
    private final Map<String, Set<Waiting>> networks = new ConcurrentHashMap<>();
    /** The revisions that everybody who waits in a network has been told of. */
    private final Map<String, Revision> told = new ConcurrentHashMap<>();

    Desk(Bundles bundles, JdbcClient jdbc) {
        this.bundles = bundles;
        this.jdbc = jdbc;
    }

    /** A request of a host that enforces {@code enforced}, if it enforces anything. */
    private record Waiting(
            String hostId, Optional<RevisionId> enforced, DeferredResult<ResponseEntity<byte[]>> answer) {
        boolean isOlderThan(Wanted wanted) {
            return enforced.isEmpty()
                    || wanted.id().revision().compareTo(enforced.get().revision()) > 0;
        }

        void give(Wanted wanted) {
            answer.setResult(ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(wanted.envelope().encode()));
        }
    }

    /** Answers at once when there is something newer; it waits from before it looks, so nothing slips through. */
    DeferredResult<ResponseEntity<byte[]>> take(
            String networkId, String hostId, Optional<RevisionId> enforced, Duration patience) {
        Duration atLeast = patience.compareTo(SHORTEST) < 0 ? SHORTEST : patience;
        DeferredResult<ResponseEntity<byte[]>> answer = new DeferredResult<>(atLeast.toMillis(), nothingNewer());
        Waiting waiting = new Waiting(hostId, enforced, answer);
        Set<Waiting> others = networks.computeIfAbsent(networkId, _ -> ConcurrentHashMap.newKeySet());
        others.add(waiting);
        answer.onCompletion(() -> others.remove(waiting));
        bundles.find(hostId).filter(waiting::isOlderThan).ifPresent(waiting::give);
        if (patience.isZero()) {
            answer.setResult(nothingNewer());
        }
        return answer;
    }

    private static ResponseEntity<byte[]> nothingNewer() {
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED).build();
    }

    /** During a compilation and after it, here or on another node: tells those whose bundles are newer than the last told. */
    void wake(String networkId) {
        Optional<Revision> compiled = compiled(networkId);
        wakeSince(networkId, told.getOrDefault(networkId, NONE));
        compiled.ifPresent(revision -> told.put(networkId, revision));
    }

    /** For whatever a lost notification did not say. */
    void wakeAll() {
        networks.keySet().forEach(networkId -> wakeSince(networkId, NONE));
    }

    private void wakeSince(String networkId, Revision revision) {
        Set<Waiting> waiting = networks.getOrDefault(networkId, Set.of());
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting> all = List.copyOf(waiting);
        String[] hostIds = all.stream().map(Waiting::hostId).distinct().toArray(String[]::new);
        Map<String, Wanted> wanted = bundles.since(networkId, revision, hostIds);
        Map<String, Problem> out = shutOut(networkId);
        Set<String> there = existing(hostIds);
        for (Waiting each : all) {
            Wanted bundle = wanted.get(each.hostId());
            Problem problem = out.get(each.hostId());
            if (problem != null) {
                each.answer().setErrorResult(problem);
            } else if (bundle != null && each.isOlderThan(bundle)) {
                each.give(bundle);
            } else if (!there.contains(each.hostId())) {
                each.answer().setErrorResult(deleted());
            }
        }
    }

    private Optional<Revision> compiled(String networkId) {
        return jdbc.sql("select epoch, number from compilation where network_id = ?")
                .param(networkId)
                .query((row, _) -> new Revision(row.getLong(1), row.getLong(2)))
                .optional();
    }

    private Map<String, Problem> shutOut(String networkId) {
        Map<String, Problem> out = new HashMap<>();
        jdbc.sql("select id, name, deleted_at is not null from host where network_id = ? and (blocked or"
                        + " deleted_at is not null)")
                .param(networkId)
                .query(row -> {
                    out.put(row.getString(1), row.getBoolean(3) ? deleted() : Problem.blocked(row.getString(2)));
                });
        return out;
    }

    /** A host that was never certified leaves nothing behind when it is deleted. */
    private Set<String> existing(String[] hostIds) {
        return Set.copyOf(jdbc.sql("select id from host where id = any (?)")
                .param(hostIds)
                .query(String.class)
                .list());
    }

    private static Problem deleted() {
        return new Problem(HttpStatus.NOT_FOUND, "host-unknown", "the host has been deleted");
    }
}
