package dev.pharos.lab.bench;

import static dev.pharos.lab.bench.LineUp.BOUND;
import static dev.pharos.lab.bench.LineUp.FROM_STOCK;
import static dev.pharos.lab.bench.LineUp.JDK;
import static dev.pharos.lab.bench.LineUp.NEBULA;
import static dev.pharos.lab.bench.LineUp.PHAROS;
import static dev.pharos.lab.bench.LineUp.RELAYED;
import static dev.pharos.lab.bench.LineUp.TO_STOCK;
import static dev.pharos.lab.bench.LineUp.WIREGUARD;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What Pharos wants to reach, as a figure of a run. */
sealed interface Target {
    /** What it is about. */
    String title();

    /** What was reached; empty when it was not measured. */
    default OptionalDouble reached(Results results) {
        return reachedBy(contender(), results);
    }

    /** Whose figure it is. */
    String contender();

    /** What another contender reached. */
    OptionalDouble reachedBy(String contender, Results results);

    /** How far it has to go. */
    double bound();

    /** What is measured. */
    Row row();

    /** A figure of it, with its unit. */
    String format(double value);

    /** Whether a figure is good enough. */
    default boolean kept(double value) {
        return row().better() == Row.Better.HIGHER ? value >= bound() : value <= bound();
    }

    /** A contender's figures as multiples of another's, turn by turn. */
    record Ratio(String contender, Row row, double bound, String other) implements Target {
        @Override
        public String title() {
            return contender + ": " + row.title();
        }

        @Override
        public OptionalDouble reachedBy(String who, Results results) {
            return results.ratio(who, other, row);
        }

        @Override
        public String format(double value) {
            return String.format(Locale.ROOT, "%.2f × %s", value, other);
        }
    }

    /** A contender's median itself. */
    record Figure(String contender, Row row, double bound) implements Target {
        @Override
        public String title() {
            return contender + ": " + row.title();
        }

        @Override
        public OptionalDouble reachedBy(String who, Results results) {
            return results.median(who, row);
        }

        @Override
        public String format(double value) {
            return row.format(value) + " " + row.unit();
        }
    }

    /** All of them. */
    static List<Target> all() {
        return List.of(
                new Ratio(PHAROS, Row.TCP_1, 12, NEBULA),
                new Ratio(PHAROS, Row.TCP_1, 3, WIREGUARD),
                new Ratio(PHAROS, Row.TCP_1, 0.7, BOUND),
                new Ratio(PHAROS, Row.TCP_4, 12, NEBULA),
                new Ratio(PHAROS, Row.TCP_4, 3, WIREGUARD),
                new Ratio(JDK, Row.TCP_1, 8, NEBULA),
                new Ratio(JDK, Row.TCP_1, 2, WIREGUARD),
                new Ratio(JDK, Row.TCP_4, 8, NEBULA),
                new Ratio(JDK, Row.TCP_4, 2, WIREGUARD),
                new Ratio(PHAROS, Row.UDP, 1.5, NEBULA),
                new Ratio(PHAROS, Row.UDP, 0.6, BOUND),
                new Ratio(PHAROS, Row.SMALL, 2, NEBULA),
                new Ratio(PHAROS, Row.PING, 0.8, NEBULA),
                new Ratio(PHAROS, Row.PING, 0.8, WIREGUARD),
                new Ratio(PHAROS, Row.CPU, 0.25, NEBULA),
                new Ratio(PHAROS, Row.CPU, 0.75, WIREGUARD),
                new Figure(PHAROS, Row.RSS_LOADED, 160),
                new Figure(Enrolled.NAME, Row.RSS_IDLE, 90),
                new Figure(Enrolled.NAME, Row.FIRST_REPLY, 1),
                new Ratio(TO_STOCK, Row.TCP_1, 1.3, NEBULA),
                new Ratio(FROM_STOCK, Row.TCP_1, 1.3, NEBULA),
                new Ratio(RELAYED, Row.TCP_1, 0.6, PHAROS));
    }
}
