package dev.pharos.lab.pauses;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** The table of a run, in Markdown. */
public final class PauseReport {
    /** The head of the table. */
    public static final String HEAD = """
        | Event | Far end | Bound | Measured | Again | Kept |
        |---|---|---|---|---|---|
        """;

    private PauseReport() {}

    /** One line of the table. */
    public static String line(Line line) {
        return line.markdown();
    }

    /**
     * The whole report.
     *
     * @param command what was typed
     */
    public static String of(LocalDate day, String command, List<Line> lines) {
        return """
            # Pauses, %s

            By `%s` on %s %s, %d processors shared by all daemons. Traffic flows every 20 ms in both
            directions; a pause is the longest time that either end had to do without. The near end, lighthouses and relays
            are Pharos. Where a bound was broken, that part of the measurement was made again in a new mesh, and both figures
            stand here: what a busy machine did is not there the second time, what is wrong is. A laptop that sleeps is not
            here: no namespace has a boot clock that can be set while a process runs in it, so the simulation in virtual time
            proves that line.

            """.formatted(
                                day,
                                command,
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                Runtime.getRuntime().availableProcessors())
                + HEAD
                + lines.stream().map(Line::markdown).collect(Collectors.joining());
    }
}
