package dev.pharos.agent.node;

import dev.pharos.agent.mesh.MeshEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which bounds on what others may cost us were hit lately: a handful of names, so it stays small. */
final class Limits {
    private static final Duration LATELY = Duration.ofHours(1);

    private record Hit(long times, Instant last, String from) {}

    private final Map<String, Hit> hits = new ConcurrentHashMap<>();

    void hit(MeshEvent.LimitHit event, Instant now) {
        hits.merge(
                event.limit(),
                new Hit(event.times(), now, event.from()),
                (before, one) -> new Hit(before.times() + one.times(), now, one.from()));
    }

    /** One line for each that was hit in the last hour. */
    List<String> problems(Instant now) {
        return hits.entrySet().stream()
                .filter(entry -> entry.getValue().last().isAfter(now.minus(LATELY)))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "too many " + entry.getKey() + ", "
                        + entry.getValue().times() + " cases, last at "
                        + entry.getValue().last() + " from " + entry.getValue().from())
                .toList();
    }
}
