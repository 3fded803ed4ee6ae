package dev.pharos.lab.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** How the steps of one tunnel are measured. */
final class Measurements {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration SLOW_START = Duration.ofSeconds(1);
    private static final Duration SEARCHED = Duration.ofSeconds(1);
    private static final Duration FLOODED = Duration.ofSeconds(2);
    private static final int LARGE = 1200;
    private static final int SMALL = 64;
    private static final Pattern ROUND_TRIP = Pattern.compile("time=([0-9.]+) ms");

    private final Tunnel tunnel;
    private final Iperf iperf;
    private final Duration stream;
    private final double guess;
    private final Consumer<String> told;

    /**
     * Nothing is measured yet.
     *
     * @param stream how long a TCP transfer is measured
     * @param guess where the search for the UDP rate begins, Mbit/s
     * @param told gets a line for each try of that search
     */
    Measurements(Tunnel tunnel, Duration stream, double guess, Consumer<String> told) {
        this.tunnel = tunnel;
        this.iperf = new Iperf(tunnel);
        this.stream = stream;
        this.guess = guess;
        this.told = told;
    }

    /** The figures of one turn, all but memory. */
    Map<Row, Double> take(Step step) {
        return switch (step) {
            case FRESH ->
                Map.of(Row.TCP_FRESH, iperf.tcp(1, Duration.ZERO, FRESH).mbits());
            case ONE_STREAM -> oneStream();
            case FOUR_STREAMS ->
                Map.of(Row.TCP_4, iperf.tcp(4, SLOW_START, stream).mbits());
            case RATE -> Map.of(Row.UDP, RateSearch.highest(guess, this::offer));
            case FLOOD -> Map.of(Row.SMALL, iperf.udp(SMALL, 0, FLOODED).packets());
            case ECHO -> Map.of(Row.PING, ping());
        };
    }

    private Map<Row, Double> oneStream() {
        double before = ProcessFigures.processorSeconds(tunnel.carriers());
        Iperf.Stream carried = iperf.tcp(1, SLOW_START, stream);
        double used = ProcessFigures.processorSeconds(tunnel.carriers()) - before;
        return Map.of(Row.TCP_1, carried.mbits(), Row.CPU, used / carried.gigabytes());
    }

    private RateSearch.Try offer(double rate) {
        Iperf.Datagrams carried = iperf.udp(LARGE, rate, SEARCHED);
        told.accept(
                String.format(Locale.ROOT, "of %.0f Mbit/s %.2f %% is lost", carried.mbits(), carried.lost() * 100));
        return new RateSearch.Try(carried.mbits(), carried.lost());
    }

    /** The middle of a hundred round trips, in milliseconds, one every 10 ms. */
    private double ping() {
        String said = tunnel.client().run("ping", "-n", "-i", "0.01", "-c", "120", tunnel.address());
        List<Double> times = ROUND_TRIP
                .matcher(said)
                .results()
                .map(found -> Double.parseDouble(found.group(1)))
                .skip(20)
                .toList();
        return new Series(times).median();
    }
}
