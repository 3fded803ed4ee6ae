package dev.pharos.lab;

import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.pauses.Line;
import dev.pharos.lab.pauses.Pause;
import dev.pharos.lab.pauses.PauseReport;
import dev.pharos.lab.pauses.Pauses;
import dev.pharos.lab.pauses.Pauses.Part;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long hosts have to do without each other when something fails, as a table. */
@Command(name = "pauses")
final class PausesCommand implements Callable<Integer> {
    private static final String OURS = "pharos";

    @Option(names = "--keep", description = "writes the table to lab/results/pauses-DATE.md too")
    private boolean keep;

    @Option(
            names = "--far-end",
            split = ",",
            defaultValue = "pharos,1.11.0,1.9.3,1.6.1",
            description = "what runs at the far end, one after the other: pharos, or a version of nebula")
    private List<String> farEnds = List.of();

    @Option(
            names = "--part",
            split = ",",
            defaultValue = "openings,relays,direct_path",
            description = "what is measured: openings, relays, direct_path")
    private List<Part> parts = List.of();

    private final StockArchive archive = new StockArchive();
    private final List<Line> lines = new ArrayList<>();
    private boolean whole = true;

    @Override
    public Integer call() throws IOException {
        System.out.print(PauseReport.HEAD);
        for (String farEnd : farEnds) {
            Optional<StockRelease> stock = farEnd.equals(OURS) ? Optional.empty() : archive.find(farEnd);
            if (farEnd.equals(OURS) || stock.isPresent()) {
                parts.forEach(part -> measure(stock, part));
            } else {
                System.err.println("nebula " + farEnd + " is not to be had");
            }
        }
        if (keep) {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            Path results = Files.createDirectories(Artefacts.here().root().resolve("lab/results"));
            Files.writeString(results.resolve("pauses-" + today + ".md"), PauseReport.of(today, typed(), lines));
        }
        return whole && lines.stream().allMatch(Line::kept) ? 0 : 1;
    }

    private String typed() {
        boolean all = farEnds.size() == 4 && parts.size() == Part.values().length;
        return "./pharos bench pauses --keep"
                + (all ? "" : " --far-end " + String.join(",", farEnds) + " --part " + names(parts));
    }

    private static String names(List<Part> parts) {
        return parts.stream().map(part -> part.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(","));
    }

    /** A part of which something was missed is measured again, to tell what is wrong from what else the machine did. */
    private void measure(Optional<StockRelease> farEnd, Part part) {
        List<Pause> first = once(farEnd, part);
        List<Pause> again = first.stream().allMatch(Pause::kept) ? List.of() : once(farEnd, part);
        for (Pause pause : first) {
            Optional<Pause> second = again.stream()
                    .filter(other -> !pause.kept() && other.event().equals(pause.event()))
                    .findFirst();
            Line line = new Line(pause, second);
            lines.add(line);
            System.out.print(PauseReport.line(line));
        }
        System.out.flush();
    }

    private List<Pause> once(Optional<StockRelease> farEnd, Part part) {
        List<Pause> measured = new ArrayList<>();
        try (Run run = Run.begin()) {
            Runtime.getRuntime().addShutdownHook(new Thread(run::close, "clean-up"));
            new Pauses(run, farEnd, measured::add).measure(part);
        } catch (LabException e) {
            whole = false;
            System.err.println(names(List.of(part)) + " was not measured to its end: " + e.getMessage());
        }
        return measured;
    }
}
