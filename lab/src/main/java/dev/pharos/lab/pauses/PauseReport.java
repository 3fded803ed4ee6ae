package dev.pharos.lab.pauses;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** The table of a run, in Markdown. */
public final class PauseReport {
    /** The head of the table. */
    public static final String HEAD = """
        | Event | Far end | Bound | Measured | Kept |
        |---|---|---|---|---|
        """;

    private PauseReport() {}

    /** One line of the table. */
    public static String line(Pause pause) {
        return pause.line();
    }

    /** The whole report. */
    public static String of(LocalDate day, List<Pause> pauses) {
        return """
            # Pauses, %s

            By `./pharos bench pauses` on %s %s, %d processors shared by all daemons. Traffic flows every 20 ms in both
            directions; a pause is the longest time that either end had to do without. The near end, lighthouses and relays
            are Pharos. A laptop that sleeps is not here: no namespace has a boot clock that can be set while a process runs
            in it, so the simulation in virtual time proves that line.

            """.formatted(
                                day,
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                Runtime.getRuntime().availableProcessors())
                + HEAD
                + pauses.stream().map(Pause::line).collect(Collectors.joining());
    }
}
