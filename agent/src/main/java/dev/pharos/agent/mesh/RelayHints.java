package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * By which relays a peer can be reached, by who said so: a lighthouse, the peer itself, or our memory. Each replaces
 * only what it said before, so that a relay that was taken out of service is forgotten.
 */
final class RelayHints {
    /** Stands for what was remembered on disk. */
    static final VpnAddress MEMORY = new VpnAddress(0, 0);

    private static final int MAX_PER_SOURCE = 10;

    private final Map<VpnAddress, List<VpnAddress>> bySource = new TreeMap<>();
    private NavigableSet<VpnAddress> all = Collections.emptyNavigableSet();

    /** True when a relay is new. Nothing said changes nothing: a lighthouse may see a host before it has reported. */
    boolean set(VpnAddress source, Collection<VpnAddress> relays) {
        if (relays.isEmpty()) {
            return false;
        }
        bySource.put(source, relays.stream().limit(MAX_PER_SOURCE).toList());
        if (!source.equals(MEMORY)) {
            // Whoever is asked now knows better than yesterday's file.
            bySource.remove(MEMORY);
        }
        NavigableSet<VpnAddress> union = new TreeSet<>();
        bySource.values().forEach(union::addAll);
        boolean grown = !all.containsAll(union);
        all = union;
        return grown;
    }

    /** In the order in which they are tried. */
    NavigableSet<VpnAddress> all() {
        return all;
    }
}
