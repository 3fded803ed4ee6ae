package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a peer may be, by who said so. Each source replaces only what it said before, and says at most ten endpoints per
 * family; the union is what is tried.
 */
final class Remotes {
    static final int MAX_PER_FAMILY = 10;

    /** Who said it, other than a lighthouse, which is known by its address. */
    enum Source {
        /** The static host map of the settings. */
        STATIC,
        /** Guessed from its overlay address. */
        CALCULATED,
        /** What was remembered on disk. */
        REMEMBERED,
        /** The peer itself, through its tunnel. */
        ANNOUNCED,
        /** Where its packets came from. */
        HEARD,
        /** Where a punch, or a first message of its that was too old to be answered, came from: perhaps it is there. */
        CLAIMED
    }

    private final Map<Source, List<UnderlayEndpoint>> said = new EnumMap<>(Source.class);
    private final Map<VpnAddress, List<UnderlayEndpoint>> lighthouses = new TreeMap<>();

    /** Replaces what this source said; true when that brings an endpoint that nobody had named. */
    boolean set(Source source, Collection<UnderlayEndpoint> endpoints) {
        Set<UnderlayEndpoint> before = all();
        said.put(source, bounded(endpoints));
        return !before.containsAll(all());
    }

    /** Adds what was said about a host that turned out to be this one. */
    void absorb(Remotes other) {
        other.said.forEach(said::putIfAbsent);
        other.lighthouses.forEach(lighthouses::putIfAbsent);
    }

    /** Replaces what this lighthouse said; true when that brings an endpoint that nobody had named. */
    boolean setFrom(VpnAddress lighthouse, Collection<UnderlayEndpoint> endpoints) {
        Set<UnderlayEndpoint> before = all();
        lighthouses.put(lighthouse, bounded(endpoints));
        return !before.containsAll(all());
    }

    /** A packet of the peer came from there; the latest stands first and the oldest makes room. */
    void heard(UnderlayEndpoint endpoint) {
        List<UnderlayEndpoint> heard = said.getOrDefault(Source.HEARD, List.of());
        if (!heard.isEmpty() && heard.getFirst().equals(endpoint)) {
            return;
        }
        List<UnderlayEndpoint> latestFirst = new ArrayList<>(heard);
        latestFirst.remove(endpoint);
        latestFirst.addFirst(endpoint);
        said.put(Source.HEARD, bounded(latestFirst));
    }

    /** Whether someone who should know has said anything: the settings, a lighthouse, the peer. */
    boolean isEmpty() {
        return all().isEmpty();
    }

    /** The union, without order of preference. */
    Set<UnderlayEndpoint> all() {
        Set<UnderlayEndpoint> all = new LinkedHashSet<>();
        said.values().forEach(all::addAll);
        lighthouses.values().forEach(all::addAll);
        return all;
    }

    List<UnderlayEndpoint> heardFrom() {
        return said.getOrDefault(Source.HEARD, List.of());
    }

    private static List<UnderlayEndpoint> bounded(Collection<UnderlayEndpoint> endpoints) {
        List<UnderlayEndpoint> kept = new ArrayList<>();
        int v4 = 0;
        int v6 = 0;
        for (UnderlayEndpoint endpoint : endpoints) {
            int rank = endpoint.isV4() ? v4++ : v6++;
            if (rank < MAX_PER_FAMILY && RemoteOrder.isUsable(endpoint)) {
                kept.add(endpoint);
            }
        }
        return List.copyOf(kept);
    }
}
