package dev.pharos.lab.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Every figure of a run so far. */
public final class Results {
    private final Map<String, Map<Row, List<Double>>> figures = new LinkedHashMap<>();

    /** Adds what one round gave. */
    public void add(String contender, Row row, double value) {
        figures.computeIfAbsent(contender, _ -> new EnumMap<>(Row.class))
                .computeIfAbsent(row, _ -> new ArrayList<>())
                .add(value);
    }

    /** Who has figures, in the order of their first one. */
    public List<String> contenders() {
        return List.copyOf(figures.keySet());
    }

    /** The figures of all rounds; empty when this was not measured. */
    public Optional<Series> series(String contender, Row row) {
        return Optional.ofNullable(figures.getOrDefault(contender, Map.of()).get(row))
                .map(Series::new);
    }

    /** The middle figure; empty when this was not measured. */
    public OptionalDouble median(String contender, Row row) {
        return series(contender, row)
                .map(series -> OptionalDouble.of(series.median()))
                .orElse(OptionalDouble.empty());
    }

    /** The first's median as a multiple of the second's; empty when either was not measured. */
    public OptionalDouble ratio(String contender, String other, Row row) {
        OptionalDouble own = median(contender, row);
        OptionalDouble its = median(other, row);
        return own.isPresent() && its.isPresent() && its.getAsDouble() > 0
                ? OptionalDouble.of(own.getAsDouble() / its.getAsDouble())
                : OptionalDouble.empty();
    }
}
