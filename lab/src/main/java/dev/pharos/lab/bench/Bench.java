package dev.pharos.lab.bench;

import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Measures every contender once a round, one after the other, and watches the machine meanwhile. */
public final class Bench {
    private static final Duration CALM = Duration.ofMillis(400);
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration SLOW_START = Duration.ofSeconds(1);
    private static final Duration DATAGRAMS = Duration.ofSeconds(1);
    private static final double FIRST_GUESS = 600;
    private static final int LARGE = 1200;
    private static final int SMALL = 64;
    private static final Pattern ROUND_TRIP = Pattern.compile("time=([0-9.]+) ms");

    private final List<Contender> contenders;
    private final Set<Row> rows;
    private final Duration stream;
    private final Consumer<String> told;
    private final Results results = new Results();
    private final Quiet quiet = new Quiet();
    private final Map<String, Double> carriedBefore = new HashMap<>();

    /**
     * Nothing is measured yet.
     *
     * @param rows what to measure, of what can be measured of each contender
     * @param stream how long a TCP transfer is measured
     * @param told gets a line for each figure
     */
    Bench(List<Contender> contenders, Set<Row> rows, Duration stream, Consumer<String> told) {
        this.contenders = contenders;
        this.rows = rows;
        this.stream = stream;
        this.told = told;
    }

    Results results() {
        return results;
    }

    Quiet quiet() {
        return quiet;
    }

    /** Measures each contender once. */
    void round(int number) {
        for (Contender contender : contenders) {
            Set<Row> wanted = EnumSet.copyOf(contender.rows());
            wanted.retainAll(rows);
            if (!wanted.isEmpty()) {
                lookAtTheMachine();
                told.accept("round " + number + ", " + contender.name());
                try (Run run = Run.begin()) {
                    CpuTimes before = CpuTimes.now();
                    measure(contender.name(), wanted, contender.open(run));
                    quiet.measured(CpuTimes.now().since(before));
                }
            }
        }
    }

    private void measure(String name, Set<Row> wanted, Tunnel tunnel) {
        Iperf iperf = new Iperf(tunnel);
        if (wanted.contains(Row.FIRST_REPLY)) {
            tunnel.firstReply().ifPresent(time -> note(name, Row.FIRST_REPLY, time.toMillis() / 1000.0));
        }
        if (wanted.contains(Row.RSS_IDLE)) {
            note(name, Row.RSS_IDLE, ProcessFigures.residentMegabytes(tunnel.carriers()));
        }
        double fresh = iperf.tcp(1, Duration.ZERO, FRESH).mbits();
        if (wanted.contains(Row.TCP_FRESH)) {
            note(name, Row.TCP_FRESH, fresh);
        }
        if (wanted.contains(Row.TCP_1) || wanted.contains(Row.CPU)) {
            double before = ProcessFigures.processorSeconds(tunnel.carriers());
            Iperf.Stream carried = iperf.tcp(1, SLOW_START, stream);
            double used = ProcessFigures.processorSeconds(tunnel.carriers()) - before;
            note(name, Row.TCP_1, carried.mbits());
            if (wanted.contains(Row.CPU)) {
                note(name, Row.CPU, used / carried.gigabytes());
            }
        }
        if (wanted.contains(Row.TCP_4)) {
            note(name, Row.TCP_4, iperf.tcp(4, SLOW_START, stream).mbits());
        }
        if (wanted.contains(Row.RSS_LOADED)) {
            note(name, Row.RSS_LOADED, ProcessFigures.residentMegabytes(tunnel.carriers()));
        }
        if (wanted.contains(Row.UDP)) {
            double highest = RateSearch.highest(carriedBefore.getOrDefault(name, FIRST_GUESS), rate -> {
                Iperf.Datagrams carried = iperf.udp(LARGE, rate, DATAGRAMS);
                told.accept(String.format(
                        Locale.ROOT, "    of %.0f Mbit/s %.2f %% is lost", carried.mbits(), carried.lost() * 100));
                return new RateSearch.Try(carried.mbits(), carried.lost());
            });
            note(name, Row.UDP, highest);
            carriedBefore.put(name, Math.max(1, highest));
        }
        if (wanted.contains(Row.SMALL)) {
            note(name, Row.SMALL, iperf.udp(SMALL, 0, DATAGRAMS.plusSeconds(1)).packets());
        }
        if (wanted.contains(Row.PING)) {
            note(name, Row.PING, ping(tunnel));
        }
    }

    /** The middle of a hundred round trips, in milliseconds, one every 10 ms. */
    private static double ping(Tunnel tunnel) {
        String said = tunnel.client().run("ping", "-n", "-i", "0.01", "-c", "120", tunnel.address());
        List<Double> times = ROUND_TRIP
                .matcher(said)
                .results()
                .map(found -> Double.parseDouble(found.group(1)))
                .skip(20)
                .toList();
        return new Series(times).median();
    }

    private void note(String name, Row row, double value) {
        results.add(name, row, value);
        told.accept("  %-30s %s %s".formatted(row.title(), row.format(value), row.unit()));
    }

    /** Nothing of ours runs for a moment; what the processors do in it is somebody else's. */
    private void lookAtTheMachine() {
        CpuTimes before = CpuTimes.now();
        try {
            Thread.sleep(CALM);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        quiet.calm(CpuTimes.now().since(before));
    }
}
