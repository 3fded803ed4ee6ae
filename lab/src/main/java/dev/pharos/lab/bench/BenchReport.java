package dev.pharos.lab.bench;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of a run, in Markdown, which a terminal shows as well. */
final class BenchReport {
    private static final List<String> COMPARED =
            List.of(LineUp.CABLE, LineUp.BOUND, LineUp.SEALING_BOUND, LineUp.NEBULA, LineUp.WIREGUARD, LineUp.PHAROS);

    private BenchReport() {}

    /** The whole report; the chart lies beside it, under the name {@code chart}. */
    static String of(
            LocalDate day,
            Machine machine,
            String commit,
            Schedule schedule,
            Results results,
            Quiet quiet,
            String chart) {
        return """
            # Benchmark, %s

            ![The main figures](%s)

            By `./pharos bench` at %s on %s. In each of %d rounds everyone is set up anew, all tunnels stand side by side, and
            they are measured in turn, row by row, %d times each (the first five seconds and the UDP rate once), TCP for %d s. Figures
            are medians of all turns. Multiples are medians of ratios within a turn, as a machine's speed may change from
            minute to minute: so they are not always the ratio of the two figures shown. Both ends of the tunnel and of iperf3
            share the processors, in two network namespaces joined by a veth pair. MTU 1300 in the tunnel, AES-256-GCM
            (wireguard-go: ChaCha20-Poly1305). While the tunnels rested, other programs took %.1f %% of the processors, what the
            tunnels took left out; while something was measured, the machine's host took %.1f %%. nebula is %s, wireguard-go %s, the
            bound `lab/bench/bound.c`: what every such tunnel must do, and no cipher; the bound that seals has one. Every tunnel
            has carried one TCP stream for five seconds before the others are measured: a row of its own, in which Pharos's compiler
            takes its share of the processors. Pharos has one event loop where nothing else is said.

            """.formatted(
                                day,
                                chart,
                                commit,
                                machine.describe(),
                                schedule.rounds(),
                                schedule.turns(),
                                schedule.stream().toSeconds(),
                                quiet.others() * 100,
                                quiet.stolen() * 100,
                                LineUp.NEBULA_VERSION,
                                LineUp.WIREGUARD_VERSION)
                + tables(results);
    }

    /** What was measured of everyone, of the variants of Pharos, and what became of the targets: tables that have a line. */
    static String tables(Results results) {
        return Stream.of(compared(results), variants(results), targets(results))
                .filter(table -> !table.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static String table(String header, Stream<String> lines) {
        String body = lines.collect(Collectors.joining());
        return body.isEmpty() ? "" : header + body;
    }

    /** A line for each row, a column for each contender; multiples of nebula in brackets. */
    static String compared(Results results) {
        List<String> here =
                COMPARED.stream().filter(results.contenders()::contains).toList();
        return table(
                "| | " + String.join(" | ", here) + " |\n|---|" + "---:|".repeat(here.size()) + "\n",
                Arrays.stream(Row.values())
                        .filter(row -> here.stream()
                                .anyMatch(each -> results.median(each, row).isPresent()))
                        .map(row -> "| " + row.title() + ", " + row.unit() + " |"
                                + here.stream()
                                        .map(each -> cell(results, each, row))
                                        .collect(Collectors.joining())
                                + "\n"));
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
    static String multiple(double ratio) {
        return String.format(Locale.ROOT, ratio < 1 ? "%.2f" : "%.1f", ratio);
    }

    private static String variants(Results results) {
        return table(
                """
                | | TCP, first 5 s | 1 stream (lowest–highest) | × nebula (quartiles) | 4 streams | s/GB |
                |---|---:|---:|---:|---:|---:|
                """,
                results.contenders().stream()
                        .filter(each -> results.median(each, Row.TCP_1).isPresent())
                        .map(each -> "| %s | %s | %s | %s | %s | %s |\n"
                                .formatted(
                                        each,
                                        median(results, each, Row.TCP_FRESH),
                                        results.series(each, Row.TCP_1)
                                                .map(BenchReport::range)
                                                .orElse("–"),
                                        multiples(results, each),
                                        median(results, each, Row.TCP_4),
                                        median(results, each, Row.CPU))));
    }

    private static String multiples(Results results, String contender) {
        return results.ratios(contender, LineUp.NEBULA, Row.TCP_1)
                .filter(_ -> !contender.equals(LineUp.NEBULA))
                .map(series -> "%s (%s–%s)"
                        .formatted(
                                multiple(series.median()),
                                multiple(series.lowerQuartile()),
                                multiple(series.upperQuartile())))
                .orElse("–");
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
        return table(
                "| Target | wanted | reached | |\n|---|---:|---:|---|\n",
                Target.all().stream().flatMap(target -> line(target, results).stream()));
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
