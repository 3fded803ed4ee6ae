package dev.pharos.lab;

import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.pauses.Pause;
import dev.pharos.lab.pauses.PauseReport;
import dev.pharos.lab.pauses.Pauses;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long hosts have to do without each other when something fails, as a table. */
@Command(name = "pauses")
final class PausesCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "writes the table to lab/results/pauses-DATE.md too")
    private boolean keep;

    @Option(
            names = "--far-end",
            split = ",",
            defaultValue = "pharos,1.11.0,1.9.3,1.6.1",
            description = "what runs at the far end, one after the other: pharos, or a version of nebula")
    private List<String> farEnds = List.of();

    private final List<Pause> pauses = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        System.out.print(PauseReport.HEAD);
        StockArchive archive = new StockArchive();
        for (String farEnd : farEnds) {
            Optional<StockRelease> stock = farEnd.equals("pharos") ? Optional.empty() : archive.find(farEnd);
            if (farEnd.equals("pharos") || stock.isPresent()) {
                measure(stock);
            } else {
                System.err.println("nebula " + farEnd + " is not to be had");
            }
        }
        if (keep) {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            Path results = Files.createDirectories(Artefacts.here().root().resolve("lab/results"));
            Files.writeString(results.resolve("pauses-" + today + ".md"), PauseReport.of(today, pauses));
        }
        return pauses.stream().allMatch(Pause::kept) ? 0 : 1;
    }

    private void measure(Optional<StockRelease> farEnd) {
        try (Run run = Run.begin()) {
            Thread cleanUp = new Thread(run::close, "clean-up");
            Runtime.getRuntime().addShutdownHook(cleanUp);
            Pauses measured = new Pauses(run, farEnd, this::tell);
            measured.openings();
            measured.relays();
            measured.directPath();
        }
    }

    private void tell(Pause pause) {
        pauses.add(pause);
        System.out.print(PauseReport.line(pause));
        System.out.flush();
    }
}
