package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchReportTests {
    private final Results results = new Results();

    @Test
    void showsMediansBesideMultiplesOfNebula() {
        rounds("nebula", Row.TCP_1, 390, 400, 410);
        rounds("Pharos", Row.TCP_1, 4000, 5000, 6000);
        rounds("nebula", Row.PING, 0.46);

        assertThat(BenchReport.compared(results)).isEqualTo("""
            | | nebula | Pharos |
            |---|---:|---:|
            | TCP, 1 stream, Mbit/s | 400 | 5 000 (12.5 ×) |
            | ping, idle, ms | 0.460 | – |
            """);
    }

    @Test
    void saysOfEachTargetThatWasMeasuredWhetherItIsKept() {
        rounds("nebula", Row.TCP_1, 400);
        rounds("wireguard-go", Row.TCP_1, 2000);
        rounds("Pharos", Row.TCP_1, 5000);
        rounds("Pharos", Row.RSS_LOADED, 120);

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
        rounds("nebula", Row.TCP_1, 400);
        rounds("bound", Row.TCP_1, 5600);
        rounds("bound that seals", Row.TCP_1, 4400);
        rounds("Pharos", Row.TCP_1, 4000);
        rounds("nebula", Row.SMALL, 100);
        rounds("bound", Row.SMALL, 190);
        rounds("Pharos", Row.SMALL, 180);

        assertThat(BenchReport.tables(results))
                .contains(
                        "≥ 12.00 × nebula | 10.00 × nebula | **missed**; the bound that seals reaches 11.00 × nebula |")
                .contains("≥ 2.00 × nebula | 1.80 × nebula | **missed**; the bound reaches 1.90 × nebula |");
    }

    @Test
    void lessIsBetterWhereItIs() {
        rounds("nebula", Row.CPU, 4);
        rounds("Pharos", Row.CPU, 2);

        assertThat(BenchReport.tables(results)).contains("| ≤ 0.25 × nebula | 0.50 × nebula | **missed** |");
    }

    private void rounds(String contender, Row row, double... values) {
        for (double value : values) {
            results.add(contender, row, value);
        }
    }
}
