package dev.pharos.agent.control;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which control-plane node to ask next. A node that answers is kept; one that failed comes after all that did not, the
 * one that failed longest ago first; nodes by their overlay address are the last resort, as the way to them may lead
 * through what is to be repaired. The rest is chance, so that ten thousand agents spread. Not thread-safe.
 */
final class ServerRanking {
    private final RandomGenerator random;
    private final Map<URI, Health> servers = new HashMap<>();

    ServerRanking(RandomGenerator random) {
        this.random = random;
    }

    /** @param lot drawn by chance, to order what is equal otherwise */
    private record Health(boolean lastResort, long failedAtTurn, long answeredAtTurn, int lot) {
        private static final long NEVER = -1;
    }

    /** Counts attempts, to tell which was longer ago. */
    private long turn;

    /** Replaces the list; what is known about nodes that stay is kept. */
    void servers(List<URI> direct, List<URI> overlay) {
        Set<URI> wanted = new HashSet<>(direct);
        wanted.addAll(overlay);
        servers.keySet().retainAll(wanted);
        overlay.forEach(server -> servers.putIfAbsent(server, fresh(true)));
        direct.forEach(server -> servers.merge(
                server,
                fresh(false),
                (known, _) -> new Health(false, known.failedAtTurn(), known.answeredAtTurn(), known.lot())));
    }

    private Health fresh(boolean lastResort) {
        return new Health(lastResort, Health.NEVER, Health.NEVER, random.nextInt());
    }

    void answered(URI server) {
        turn++;
        servers.computeIfPresent(server, (_, known) -> new Health(known.lastResort(), Health.NEVER, turn, known.lot()));
    }

    void failed(URI server) {
        turn++;
        servers.computeIfPresent(
                server, (_, known) -> new Health(known.lastResort(), turn, Health.NEVER, random.nextInt()));
    }

    /** All of them, the most promising first. */
    List<URI> ranked() {
        List<Map.Entry<URI, Health>> entries = new ArrayList<>(servers.entrySet());
        entries.sort(Map.Entry.comparingByValue(Comparator.comparing(
                        (Health health) -> health.answeredAtTurn() == Health.NEVER)
                .thenComparing(Comparator.comparingLong(Health::answeredAtTurn).reversed())
                .thenComparing(health -> health.failedAtTurn() != Health.NEVER)
                .thenComparing(Health::lastResort)
                .thenComparingLong(Health::failedAtTurn)
                .thenComparingInt(Health::lot)));
        return entries.stream().map(Map.Entry::getKey).toList();
    }
}
