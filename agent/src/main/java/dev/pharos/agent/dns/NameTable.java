package dev.pharos.agent.dns;

import dev.pharos.protocol.VpnAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names from certificates and the addresses that went with them last. A name stays known after its tunnel has gone, as a
 * host that sleeps keeps its address; the one that was named longest ago makes room. Safe to use from any thread.
 */
final class NameTable {
    static final int MAX_NAMES = 65536;

    private long displaced;
    private final Map<String, List<VpnAddress>> names = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<VpnAddress>> eldest) {
            boolean full = size() > MAX_NAMES;
            displaced += full ? 1 : 0;
            return full;
        }
    };

    synchronized void put(String name, List<VpnAddress> addresses) {
        names.put(key(name), List.copyOf(addresses));
    }

    /** The addresses of a name without its last dot, whatever its case; empty when nobody has it. */
    synchronized Optional<List<VpnAddress>> find(String name) {
        return Optional.ofNullable(names.get(key(name)));
    }

    /** Names that had to make room for others. */
    synchronized long displaced() {
        return displaced;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
