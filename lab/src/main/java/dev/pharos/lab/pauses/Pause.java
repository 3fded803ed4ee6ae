package dev.pharos.lab.pauses;

import dev.pharos.lab.probe.Exchange;
import java.time.Duration;
import java.util.Locale;

/**
 * One measured line of the table.
 *
 * @param event what happened
 * @param farEnd what ran at the other end of our agent
 * @param bound what is promised
 * @param measured what it took
 * @param lost datagrams lost, where none may be
 */
public record Pause(String event, String farEnd, Duration bound, Duration measured, long lost) {
    /** A line where lost datagrams are what the pause consists of. */
    Pause(String event, String farEnd, Duration bound, Duration measured) {
        this(event, farEnd, bound, measured, 0);
    }

    /** Whether the promise was kept. */
    public boolean kept() {
        return keptWithin(Duration.ZERO);
    }

    /** Whether it was kept but for what a busy machine may add: a dozen daemons share two processors here. */
    public boolean keptWithin(Duration slack) {
        return measured.compareTo(bound.plus(slack)) <= 0 && lost == 0;
    }

    /** The bound, to be read. */
    String promise() {
        return seconds(bound);
    }

    /** What was measured, to be read. */
    String result() {
        return seconds(measured) + (lost == 0 ? "" : ", " + lost + " lost");
    }

    private static String seconds(Duration time) {
        return time.equals(Exchange.FOREVER) ? "never" : String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
