package dev.pharos.lab.bench;

import dev.pharos.lab.archive.DebianArchive;
import dev.pharos.lab.pharos.Artefacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A run of the benchmark, from finding the rivals to writing the report. */
public final class BenchRun {
    private static final int DONE = 0;
    private static final int TOO_NOISY = 3;

    private final Artefacts artefacts;
    private final Set<Row> rows;
    private final List<Contender> contenders;
    private final boolean enrolled;
    private final boolean everything;

    /**
     * Finds everyone who takes part.
     *
     * @param rows what to measure
     * @param only how the names of those who take part begin; empty for everybody
     */
    public BenchRun(Artefacts artefacts, Set<Row> rows, List<String> only) {
        this.artefacts = artefacts;
        this.rows = rows;
        this.contenders = LineUp.all(artefacts, new DebianArchive()).stream()
                .filter(each -> isAsked(each.name(), only))
                .toList();
        this.enrolled = isAsked(Enrolled.NAME, only) && rows.stream().anyMatch(Enrolled.ROWS::contains);
        this.everything = only.isEmpty() && rows.containsAll(Row.all());
    }

    private static boolean isAsked(String name, List<String> only) {
        return only.isEmpty() || only.stream().anyMatch(name::startsWith);
    }

    /**
     * Measures, prints every figure as it comes, and reports: to the terminal, and when nothing was left out also to {@code
     * lab/results}.
     *
     * @return the exit code
     */
    public int run(Schedule schedule) throws IOException {
        Bench bench = new Bench(contenders, rows, schedule, System.out::println);
        for (int i = 1; i <= schedule.rounds(); i++) {
            bench.round(i);
        }
        if (enrolled) {
            Enrolled.measure(artefacts, schedule.rounds(), bench.results());
        }
        Optional<String> objection = bench.quiet().objection(bench.results());
        if (objection.isPresent()) {
            System.err.println("pharos: too noisy to tell, so there is no report: " + objection.get());
            return TOO_NOISY;
        }
        System.out.println("\n" + BenchReport.tables(bench.results()));
        if (everything) {
            write(schedule, bench);
        }
        return DONE;
    }

    private void write(Schedule schedule, Bench bench) throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Path directory = Files.createDirectories(artefacts.root().resolve("lab/results"));
        Path chart = directory.resolve("bench-" + today + ".svg");
        Path report = directory.resolve("bench-" + today + ".md");
        Machine machine = Machine.here();
        String commit = Machine.commit();
        Files.writeString(chart, Chart.of("Pharos beside its rivals, " + today, bench.results()));
        Files.writeString(
                report,
                BenchReport.of(
                        today,
                        machine,
                        commit,
                        schedule,
                        bench.results(),
                        bench.quiet(),
                        chart.getFileName().toString()));
        System.out.println("Written: " + report + " and " + chart.getFileName());
    }
}
