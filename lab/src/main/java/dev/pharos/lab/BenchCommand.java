package dev.pharos.lab;

import dev.pharos.lab.bench.BenchRun;
import dev.pharos.lab.bench.Row;
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
        description = "Exits with 3 and reports nothing when the machine was too noisy to tell.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "how often each contender is measured (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "3",
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
        return new BenchRun(Artefacts.here(), rows, only).run(rounds, Duration.ofSeconds(seconds));
    }
}
