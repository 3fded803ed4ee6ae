package dev.pharos.lab.bench;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The tables of a run, in Markdown, which a terminal shows as well. */
final class BenchReport {
    private static final List<String> COMPARED =
            List.of(LineUp.CABLE, LineUp.BOUND, LineUp.SEALING_BOUND, LineUp.NEBULA, LineUp.WIREGUARD, LineUp.PHAROS);

    private BenchReport() {}

    /** The whole report; the chart lies beside it, under the name {@code chart}. */
    static String of(
            LocalDate day, Machine machine, String commit, int rounds, Results results, Quiet quiet, String chart) {
        return """
            # Benchmark, %s

            ![The main figures](%s)

            By `./pharos bench` at %s on %s. Medians of %d interleaved rounds; both ends of the tunnel and of iperf3 share the
            processors, in two network namespaces joined by a veth pair. MTU 1300 in the tunnel, AES-256-GCM (wireguard-go:
            ChaCha20-Poly1305). While nothing of the run did anything, other programs took %.1f %% of the processors; while it
            measured, the machine's host took %.1f %%. nebula is %s, wireguard-go %s, the bound `lab/bench/bound.c`: what every
            such tunnel must do, and no cipher; the bound that seals has one. Every tunnel has carried one TCP stream for five
            seconds before the others are measured: a row of its own, in which Pharos's compiler takes its share of the
            processors. Pharos has one event loop where nothing else is said.

            """.formatted(
                                day,
                                chart,
                                commit,
                                machine.describe(),
                                rounds,
                                quiet.others() * 100,
                                quiet.stolen() * 100,
                                LineUp.NEBULA_VERSION,
                                LineUp.WIREGUARD_VERSION)
                + tables(results);
    }

    /** What was measured of everyone, of the variants of Pharos, and what became of the targets. */
    static String tables(Results results) {
        return compared(results) + "\n" + variants(results) + "\n" + targets(results);
    }

    /** A line for each row, a column for each contender; multiples of nebula in brackets. */
    static String compared(Results results) {
        List<String> here =
                COMPARED.stream().filter(results.contenders()::contains).toList();
        StringBuilder table =
                new StringBuilder("| | " + String.join(" | ", here) + " |\n|---|" + "---:|".repeat(here.size()) + "\n");
        for (Row row : Row.values()) {
            if (here.stream().anyMatch(each -> results.median(each, row).isPresent())) {
                table.append("| ")
                        .append(row.title())
                        .append(", ")
                        .append(row.unit())
                        .append(" |");
                here.forEach(each -> table.append(cell(results, each, row)));
                table.append('\n');
            }
        }
        return table.toString();
    }

    private static String cell(Results results, String contender, Row row) {
        OptionalDouble median = results.median(contender, row);
        if (median.isEmpty()) {
            return " – |";
        }
        OptionalDouble ratio =
                contender.equals(LineUp.NEBULA) ? OptionalDouble.empty() : results.ratio(contender, LineUp.NEBULA, row);
        return " " + row.format(median.getAsDouble())
                + (ratio.isEmpty() ? "" : " (" + multiple(ratio.getAsDouble()) + " ×)") + " |";
    }

    /** With one decimal from 1 on and with two below. */
    private static String multiple(double ratio) {
        return String.format(Locale.ROOT, ratio < 1 ? "%.2f" : "%.1f", ratio);
    }

    private static String variants(Results results) {
        return "| | TCP, first 5 s | 1 stream (lowest–highest) | 4 streams | s/GB |\n|---|---:|---:|---:|---:|\n"
                + results.contenders().stream()
                        .filter(each -> results.median(each, Row.TCP_1).isPresent())
                        .map(each -> "| %s | %s | %s | %s | %s |\n"
                                .formatted(
                                        each,
                                        median(results, each, Row.TCP_FRESH),
                                        results.series(each, Row.TCP_1)
                                                .map(BenchReport::range)
                                                .orElse("–"),
                                        median(results, each, Row.TCP_4),
                                        median(results, each, Row.CPU)))
                        .collect(Collectors.joining());
    }

    private static String range(Series series) {
        return Row.TCP_1.format(series.median()) + " (" + Row.TCP_1.format(series.least()) + "–"
                + Row.TCP_1.format(series.most()) + ")";
    }

    private static String median(Results results, String contender, Row row) {
        return results.series(contender, row)
                .map(series -> row.format(series.median()))
                .orElse("–");
    }

    private static String targets(Results results) {
        return "| Target | wanted | reached | |\n|---|---:|---:|---|\n"
                + Target.all().stream()
                        .flatMap(target -> line(target, results).stream())
                        .collect(Collectors.joining());
    }

    private static Optional<String> line(Target target, Results results) {
        OptionalDouble reached = target.reached(results);
        if (reached.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("| %s | %s %s | %s | %s |\n"
                .formatted(
                        target.title(),
                        target.row().better() == Row.Better.HIGHER ? "≥" : "≤",
                        target.format(target.bound()),
                        target.format(reached.getAsDouble()),
                        verdict(target, reached.getAsDouble(), results)));
    }

    /** A target that the same work done in C misses too is out of reach here, with a cipher or even without one. */
    private static String verdict(Target target, double reached, Results results) {
        if (target.kept(reached)) {
            return "kept";
        }
        for (String bound : List.of(LineUp.BOUND, LineUp.SEALING_BOUND)) {
            OptionalDouble most = target.reachedBy(bound, results);
            if (most.isPresent() && !target.kept(most.getAsDouble())) {
                return "**missed**; the " + bound + " reaches " + target.format(most.getAsDouble());
            }
        }
        return "**missed**";
    }
}
