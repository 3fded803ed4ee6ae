package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.LimitHit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each bound on what others may cost us was hit. Said in the log at most every ten seconds for each. */
final class Limits {
    private static final long EVENT_INTERVAL = Times.seconds(10);

    /** What is bounded; each constant's text is its name in {@code status}. */
    enum Limit {
        HANDSHAKES("handshakes"),
        REPEATED_HANDSHAKES("repeated handshakes"),
        UNKNOWN_INDEXES("packets with unknown indexes"),
        REFUSALS("refused handshakes in the log"),
        PENDING("handshakes of ours under way"),
        HELD("packets that wait for a tunnel"),
        PEERS("peers"),
        RELAYS("relays through one tunnel"),
        TUNNELS("tunnels to one peer"),
        PATHS("paths to one peer"),
        EARLY("packets that overtake a handshake"),
        PUNCHES("peers that want to be let in"),
        QUERIES("questions for lighthouses");

        private final String text;

        Limit(String text) {
            this.text = text;
        }
    }

    private static final class Hits {
        private long count;
        private long told;
        private long toldAt = Times.NEVER;
    }

    private final MeshOutput output;
    private final Map<Limit, Hits> hits = new EnumMap<>(Limit.class);

    Limits(MeshOutput output) {
        this.output = output;
    }

    /** @param cause who or what it was, as the log shows it */
    void hit(long now, Limit limit, Object cause) {
        Hits those = hits.computeIfAbsent(limit, _ -> new Hits());
        those.count++;
        if (now - those.toldAt >= EVENT_INTERVAL) {
            output.event(new LimitHit(limit.text, cause.toString(), those.count - those.told));
            those.toldAt = now;
            those.told = those.count;
        }
    }

    /** A bound that an ordinary network may meet too: {@code status} tells, the log does not. */
    void count(Limit limit) {
        hits.computeIfAbsent(limit, _ -> new Hits()).count++;
    }

    /** Those that were hit, in a fixed order. */
    List<LimitStatus> status() {
        return hits.entrySet().stream()
                .map(entry -> new LimitStatus(entry.getKey().text, entry.getValue().count))
                .toList();
    }
}
