package dev.pharos.agent.firewall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules by ranges of addresses at the peer's end. The ranges of one length are a level, in which at most one contains an
 * address; it is found by halving, without an object for the address.
 */
final class RangeTable {
    private static final Comparator<AddressRange> ORDER =
            Comparator.comparingLong(AddressRange::high).thenComparingLong(AddressRange::low);

    private record Length(long highMask, long lowMask, boolean v4) {
        static Length of(AddressRange range) {
            return new Length(range.highMask(), range.lowMask(), range.v4());
        }
    }

    private record Level(AddressRange[] ranges, ServiceTable[] tables) {}

    private final Level[] levels;

    private RangeTable(Level[] levels) {
        this.levels = levels;
    }

    static RangeTable of(Map<AddressRange, List<CompiledRule>> rules) {
        Map<Length, List<AddressRange>> byLength = new LinkedHashMap<>();
        for (AddressRange range : rules.keySet()) {
            byLength.computeIfAbsent(Length.of(range), _ -> new ArrayList<>()).add(range);
        }
        return new RangeTable(byLength.values().stream()
                .map(ranges -> level(ranges.stream().sorted(ORDER).toList(), rules))
                .toArray(Level[]::new));
    }

    private static Level level(List<AddressRange> ranges, Map<AddressRange, List<CompiledRule>> rules) {
        return new Level(
                ranges.toArray(AddressRange[]::new),
                ranges.stream()
                        .map(range -> ServiceTable.of(rules.getOrDefault(range, List.of())))
                        .toArray(ServiceTable[]::new));
    }

    /** How many lengths of ranges there are. */
    int levels() {
        return levels.length;
    }

    /** The rules of the range of that level that contains the address; null when none does. */
    @Nullable
    ServiceTable find(int level, long high, long low) {
        AddressRange[] ranges = levels[level].ranges;
        int from = 0;
        int to = ranges.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = ranges[middle].compareToContained(high, low);
            if (order == 0) {
                return ranges[middle].contains(high, low) ? levels[level].tables[middle] : null;
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return null;
    }
}
