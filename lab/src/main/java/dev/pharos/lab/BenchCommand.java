package dev.pharos.lab;

import dev.pharos.lab.bench.BenchRun;
import dev.pharos.lab.bench.Row;
import dev.pharos.lab.bench.Schedule;
import dev.pharos.lab.pharos.Artefacts;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Pharos beside its rivals, as tables and a chart under {@code lab/results}. */
@Command(
        name = "bench",
        description = {
            "All contenders stand side by side and are measured in turn, row by row; a multiple is the median of the"
                    + " ratios within a turn.",
            "Exits with 3 and reports nothing when the machine was too noisy to tell."
        },
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "how often every contender is set up anew (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--turns",
            defaultValue = "2",
            description =
                    "how often each contender's turn comes in a row of one round (${DEFAULT-VALUE}), which for a fresh"
                            + " tunnel and the search for the UDP rate is once")
    private int turns;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "how long each TCP transfer is measured (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--rows", split = ",", description = "only these: ${COMPLETION-CANDIDATES}")
    private Set<Row> rows = EnumSet.allOf(Row.class);

    @Option(
            names = "--only",
            split = ";",
            description = "only contenders whose names start so, separated by semicolons")
    private List<String> only = List.of();

    @Override
    public Integer call() throws IOException {
        Schedule schedule = new Schedule(rounds, turns, Duration.ofSeconds(seconds));
        return new BenchRun(Artefacts.here(), rows, only).run(schedule);
    }
}
