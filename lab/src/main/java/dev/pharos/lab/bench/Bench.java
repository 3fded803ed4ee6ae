package dev.pharos.lab.bench;

import dev.pharos.lab.run.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Opens every contender, measures all of them in turn, row by row, and watches the machine meanwhile. What a machine can do
 * changes from minute to minute; what stands side by side is measured seconds apart.
 */
public final class Bench {
    private static final Duration LOOK = Duration.ofMillis(400);
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration SETTLED = Duration.ofSeconds(5);
    /** A fifth of one processor in a moment, which is more than resting tunnels use and less than a compiler does. */
    private static final int RESTING_TICKS = 2;

    private static final double FIRST_GUESS = 600;

    private final List<Contender> contenders;
    private final Set<Row> rows;
    private final Schedule schedule;
    private final Consumer<String> told;
    private final Results results = new Results();
    private final Quiet quiet = new Quiet();

    /**
     * Nothing is measured yet.
     *
     * @param rows what to measure, of what can be measured of each contender
     * @param told gets a line for each figure
     */
    Bench(List<Contender> contenders, Set<Row> rows, Schedule schedule, Consumer<String> told) {
        this.contenders = contenders;
        this.rows = rows;
        this.schedule = schedule;
        this.told = told;
    }

    Results results() {
        return results;
    }

    Quiet quiet() {
        return quiet;
    }

    /**
     * Sets everyone up anew and measures them.
     *
     * @throws dev.pharos.lab.run.LabException when one of them fails, with its name; all are closed then
     */
    void round(int number) {
        told.accept("round %d: everyone is opened".formatted(number));
        try (Runs runs = new Runs()) {
            List<Lane> lanes = open(runs);
            for (Step step : Step.values()) {
                List<Lane> taking =
                        lanes.stream().filter(lane -> lane.takes(step)).toList();
                int turns = taking.isEmpty() ? 0 : step.turns(schedule);
                for (int turn = 1; turn <= turns; turn++) {
                    told.accept("round %d, turn %d of %d: %s".formatted(number, turn, turns, step.title()));
                    lookAtTheMachine(lanes);
                    CpuTimes before = CpuTimes.now();
                    for (Lane lane : taking) {
                        settle(lanes);
                        measure(lane, step);
                        if (step == Step.FOUR_STREAMS && turn == turns) {
                            weigh(lane, Row.RSS_LOADED);
                        }
                    }
                    quiet.measured(CpuTimes.now().since(before));
                }
            }
        }
    }

    private List<Lane> open(Runs runs) {
        List<Lane> lanes = new ArrayList<>();
        for (Contender contender : contenders) {
            Set<Row> wanted = EnumSet.copyOf(contender.rows());
            wanted.retainAll(rows);
            if (!wanted.isEmpty()) {
                lookAtTheMachine(lanes);
                Lane lane = Lane.open(contender, wanted, runs.begin());
                lane.tunnel().firstReply().ifPresent(time -> note(lane, Row.FIRST_REPLY, time.toMillis() / 1000.0));
                weigh(lane, Row.RSS_IDLE);
                lanes.add(lane);
            }
        }
        return lanes;
    }

    private void measure(Lane lane, Step step) {
        Measurements measurements = new Measurements(
                lane.tunnel(),
                schedule.stream(),
                Math.max(1, results.median(lane.name(), Row.UDP).orElse(FIRST_GUESS)),
                line -> told.accept("    " + lane.name() + ": " + line));
        Map<Row, Double> figures = lane.naming("at \"" + step.title() + "\"", () -> measurements.take(step));
        figures.forEach((row, value) -> note(lane, row, value));
    }

    private void weigh(Lane lane, Row row) {
        if (lane.wanted().contains(row)) {
            note(lane, row, lane.resident());
        }
    }

    private void note(Lane lane, Row row, double value) {
        if (lane.wanted().contains(row)) {
            results.add(lane.name(), row, value);
            told.accept("  %-21s %-30s %s %s".formatted(lane.name(), row.title(), row.format(value), row.unit()));
        }
    }

    /** Lets everyone come to rest: after a start or its first load, a JVM goes on compiling for a moment. */
    private void settle(List<Lane> lanes) {
        boolean settled = Await.holdsWithin(SETTLED, () -> {
            long before = ticks(lanes);
            pause(MOMENT);
            return ticks(lanes) - before <= RESTING_TICKS;
        });
        if (!settled) {
            told.accept("    the tunnels do not come to rest");
        }
    }

    /** Nothing of ours runs for a moment; what the processors do besides the resting tunnels is somebody else's. */
    private void lookAtTheMachine(List<Lane> lanes) {
        settle(lanes);
        CpuTimes before = CpuTimes.now().without(ticks(lanes));
        pause(LOOK);
        quiet.calm(CpuTimes.now().without(ticks(lanes)).since(before));
    }

    private static long ticks(List<Lane> lanes) {
        return lanes.stream().mapToLong(Lane::ticks).sum();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
