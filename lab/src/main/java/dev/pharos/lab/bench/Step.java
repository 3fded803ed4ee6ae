package dev.pharos.lab.bench;

import java.util.List;

/** What a tunnel goes through once it stands, in this order. */
enum Step {
    /** The first five seconds of TCP. What compiles itself while it runs is warm after them. */
    FRESH,
    ONE_STREAM,
    FOUR_STREAMS,
    /** The search for a rate. */
    RATE,
    FLOOD,
    ECHO;

    /** What it gives figures for; the first is what it is there for. */
    List<Row> rows() {
        return switch (this) {
            case FRESH -> List.of(Row.TCP_FRESH);
            case ONE_STREAM -> List.of(Row.TCP_1, Row.CPU);
            case FOUR_STREAMS -> List.of(Row.TCP_4, Row.RSS_LOADED);
            case RATE -> List.of(Row.UDP);
            case FLOOD -> List.of(Row.SMALL);
            case ECHO -> List.of(Row.PING);
        };
    }

    /** What it is called, as its first row. */
    String title() {
        return rows().getFirst().title();
    }

    /** How often everyone's turn comes: a tunnel is fresh only once, and a search takes as long as several transfers. */
    int turns(Schedule schedule) {
        return switch (this) {
            case FRESH, RATE -> 1;
            case ONE_STREAM, FOUR_STREAMS, FLOOD, ECHO -> schedule.turns();
        };
    }
}
