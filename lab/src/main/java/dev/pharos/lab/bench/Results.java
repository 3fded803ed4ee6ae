package dev.pharos.lab.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Every figure of a run so far. */
public final class Results {
    private final Map<String, Map<Row, List<Double>>> figures = new LinkedHashMap<>();

    /** Adds what one turn gave. */
    public void add(String contender, Row row, double value) {
        figures.computeIfAbsent(contender, _ -> new EnumMap<>(Row.class))
                .computeIfAbsent(row, _ -> new ArrayList<>())
                .add(value);
    }

    /** Who has figures, in the order of their first one. */
    public List<String> contenders() {
        return List.copyOf(figures.keySet());
    }

    /** The figures of all turns; empty when this was not measured. */
    public Optional<Series> series(String contender, Row row) {
        return seriesOf(values(contender, row));
    }

    /** The middle figure; empty when this was not measured. */
    public OptionalDouble median(String contender, Row row) {
        return series(contender, row)
                .map(series -> OptionalDouble.of(series.median()))
                .orElse(OptionalDouble.empty());
    }

    /**
     * The first's figures as multiples of the second's, each of the figure of the same turn: what the machine did in that turn
     * it did to both. Figures that were not taken in turn differ in number, and only their medians have a ratio. A turn in
     * which the second reached nothing has none; empty when either was not measured.
     */
    public Optional<Series> ratios(String contender, String other, Row row) {
        List<Double> own = values(contender, row);
        List<Double> its = values(other, row);
        return own.size() == its.size()
                ? paired(own, its)
                : seriesOf(own)
                        .flatMap(a -> seriesOf(its).flatMap(b -> paired(List.of(a.median()), List.of(b.median()))));
    }

    /** The middle one of {@link #ratios}; empty when there is none. */
    public OptionalDouble ratio(String contender, String other, Row row) {
        return ratios(contender, other, row)
                .map(series -> OptionalDouble.of(series.median()))
                .orElse(OptionalDouble.empty());
    }

    private static Optional<Series> paired(List<Double> own, List<Double> its) {
        return seriesOf(IntStream.range(0, own.size())
                .filter(turn -> its.get(turn) > 0)
                .mapToObj(turn -> own.get(turn) / its.get(turn))
                .toList());
    }

    private List<Double> values(String contender, Row row) {
        return figures.getOrDefault(contender, Map.of()).getOrDefault(row, List.of());
    }

    private static Optional<Series> seriesOf(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(new Series(values));
    }
}
