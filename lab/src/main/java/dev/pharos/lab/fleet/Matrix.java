package dev.pharos.lab.fleet;

import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.LabException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Who reaches whom, and by which path. */
public final class Matrix {
    private final Fleet fleet;

    public Matrix(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Waits until every one of these members has had an answer from every other. */
    public void awaitAll(Collection<Member> members, Duration limit) {
        Set<Member.Pair> silent = ConcurrentHashMap.newKeySet();
        Member.pairs().stream()
                .filter(pair -> members.contains(pair.from()) && members.contains(pair.to()))
                .forEach(silent::add);
        if (!Await.holdsWithin(limit, () -> silent.removeAll(answering(silent)) && silent.isEmpty())) {
            throw new LabException("no answer within " + limit.toSeconds() + " s from "
                    + silent.stream().map(Member.Pair::toString).sorted().collect(Collectors.joining(", ")));
        }
    }

    /** Those of the pairs that have an answer within a second, all asked at once. */
    public Set<Member.Pair> answering(Collection<Member.Pair> pairs) {
        return pairs.parallelStream()
                .filter(pair -> Ping.answers(fleet.place(pair.from()), pair.to().overlay()))
                .collect(Collectors.toSet());
    }

    /** A table with a row for each asking member: the path to each other. */
    @Override
    public String toString() {
        FleetPaths paths = fleet.paths();
        StringBuilder table = new StringBuilder(row(
                "from \\ to",
                Arrays.asList(Member.values()).stream().map(Member::hostName).toList()));
        for (Member from : Member.values()) {
            table.append(row(
                    from.hostName(),
                    Arrays.stream(Member.values())
                            .map(to -> from == to
                                    ? "."
                                    : paths.path(new Member.Pair(from, to)).replace("relay:", "via "))
                            .toList()));
        }
        return table.toString();
    }

    private static String row(String head, List<String> cells) {
        return String.format(Locale.ROOT, "%-12s", head)
                + cells.stream()
                        .map(cell -> String.format(Locale.ROOT, " %-15s", cell))
                        .collect(Collectors.joining())
                        .stripTrailing()
                + "\n";
    }
}
