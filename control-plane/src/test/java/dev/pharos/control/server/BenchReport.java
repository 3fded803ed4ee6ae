package dev.pharos.control.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What a benchmark has found, in Markdown beside those of the lab, and on the console as it comes. */
final class BenchReport {
    private static final Path RESULTS = Path.of("..", "lab", "results");

    private final String name;
    private final StringBuilder text = new StringBuilder();

    /** @param name of the file, before the date */
    BenchReport(String name, String title, String command) {
        this.name = name;
        line("# " + title + ", " + today());
        line("");
        line("By `" + command + "` on " + machine() + ".");
        line("");
    }

    void line(String line) {
        System.out.println(line);
        text.append(line).append('\n');
    }

    void row(String cells) {
        line("| " + cells + " |");
    }

    /** Puts it, and what goes with it, where results are kept. */
    void write() {
        keep(".md", text.toString());
    }

    void keep(String suffix, String content) {
        try {
            Files.writeString(RESULTS.resolve(name + "-" + today() + suffix), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    private static String machine() {
        return "%s, %d processors, Linux %s, Java %s"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"));
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("a processor without a name");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
