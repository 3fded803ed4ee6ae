package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTests {
    private final Results results = new Results();

    @Test
    void showsMediansBesideMultiplesOfNebula() {
        turns("nebula", Row.TCP_1, 390, 400, 410);
        turns("Pharos", Row.TCP_1, 4000, 5000, 6000);
        turns("nebula", Row.PING, 0.46);

        assertThat(BenchReport.compared(results)).isEqualTo("""
            | | nebula | Pharos |
            |---|---:|---:|
            | TCP, 1 stream, Mbit/s | 400 | 5 000 (12.5 ×) |
            | ping, idle, ms | 0.460 | – |
            """);
    }

    @Test
    void multiplesAreThoseOfTheTurns() {
        turns("nebula", Row.TCP_1, 400, 500, 250);
        turns("Pharos", Row.TCP_1, 2000, 2000, 1000);

        assertThat(BenchReport.tables(results))
                .contains("| TCP, 1 stream, Mbit/s | 400 | 2 000 (4.0 ×) |")
                .contains("| Pharos | – | 2 000 (1 000–2 000) | 4.0 (4.0–4.5) | – | – |")
                .contains("| nebula | – | 400 (250–500) | – | – | – |")
                .contains("| 4.00 × nebula |");
    }

    @Test
    void theReportSaysHowItsFiguresCameAbout() {
        Machine machine = new Machine("A processor", 2, List.of("aes"), 25, "6.18", "Debian");
        Quiet quiet = new Quiet();
        quiet.calm(new CpuTimes.Shares(0.012, 0));
        turns("nebula", Row.TCP_1, 400);

        String report = BenchReport.of(
                LocalDate.of(2026, 11, 28),
                machine,
                "1234abc",
                new Schedule(3, 2, Duration.ofSeconds(4)),
                results,
                quiet,
                "chart.svg");

        assertThat(report.replace('\n', ' '))
                .startsWith("# Benchmark, 2026-11-28  ![The main figures](chart.svg)")
                .contains(
                        "at 1234abc on A processor, 2 processors", "In each of 3 rounds", "2 times each", "TCP for 4 s")
                .contains("Multiples are medians of ratios within a turn")
                .contains("other programs took 1.2 % of the processors")
                .contains("| TCP, 1 stream, Mbit/s | 400 |");
    }

    @Test
    void aTableWithoutALineIsLeftOut() {
        turns(Enrolled.NAME, Row.RSS_IDLE, 80);

        assertThat(BenchReport.tables(results)).isEqualTo("""
            | Target | wanted | reached | |
            |---|---:|---:|---|
            | Pharos, enrolled: memory idle | ≤ 90 MB | 80 MB | kept |
            """);
    }

    @Test
    void saysOfEachTargetThatWasMeasuredWhetherItIsKept() {
        turns("nebula", Row.TCP_1, 400);
        turns("wireguard-go", Row.TCP_1, 2000);
        turns("Pharos", Row.TCP_1, 5000);
        turns("Pharos", Row.RSS_LOADED, 120);

        assertThat(BenchReport.tables(results)).endsWith("""
            | Target | wanted | reached | |
            |---|---:|---:|---|
            | Pharos: TCP, 1 stream | ≥ 12.00 × nebula | 12.50 × nebula | kept |
            | Pharos: TCP, 1 stream | ≥ 3.00 × wireguard-go | 2.50 × wireguard-go | **missed** |
            | Pharos: memory under load | ≤ 160 MB | 120 MB | kept |
            """);
    }

    @Test
    void saysWhereTheSameWorkInCDoesNotGetThereEither() {
        turns("nebula", Row.TCP_1, 400);
        turns("bound", Row.TCP_1, 5600);
        turns("bound that seals", Row.TCP_1, 4400);
        turns("Pharos", Row.TCP_1, 4000);
        turns("nebula", Row.SMALL, 100);
        turns("bound", Row.SMALL, 190);
        turns("Pharos", Row.SMALL, 180);

        assertThat(BenchReport.tables(results))
                .contains(
                        "≥ 12.00 × nebula | 10.00 × nebula | **missed**; the bound that seals reaches 11.00 × nebula |")
                .contains("≥ 2.00 × nebula | 1.80 × nebula | **missed**; the bound reaches 1.90 × nebula |");
    }

    @Test
    void lessIsBetterWhereItIs() {
        turns("nebula", Row.CPU, 4);
        turns("Pharos", Row.CPU, 2);

        assertThat(BenchReport.tables(results)).contains("| ≤ 0.25 × nebula | 0.50 × nebula | **missed** |");
    }

    private void turns(String contender, Row row, double... values) {
        for (double value : values) {
            results.add(contender, row, value);
        }
    }
}
