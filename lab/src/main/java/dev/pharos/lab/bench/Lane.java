package dev.pharos.lab.bench;

import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A contender whose tunnel stands.
 *
 * @param wanted what is asked for of what can be measured of it
 */
record Lane(Contender contender, Set<Row> wanted, Tunnel tunnel) {
    /** Makes the tunnel stand. */
    static Lane open(Contender contender, Set<Row> wanted, Run run) {
        return new Lane(contender, wanted, naming(contender, "when it was opened", () -> contender.open(run)));
    }

    String name() {
        return contender.name();
    }

    /** Whether it goes through a step: what is wanted of it says so, and the first one warms it up for the others. */
    boolean takes(Step step) {
        return step == Step.FRESH
                ? contender.rows().contains(Row.TCP_FRESH)
                        && Arrays.stream(Step.values()).anyMatch(this::isWanted)
                : isWanted(step);
    }

    private boolean isWanted(Step step) {
        return step.rows().stream().anyMatch(wanted::contains);
    }

    /** Processor time of its processes so far, in ticks of {@link CpuTimes}. */
    long ticks() {
        return naming("while it rested", () -> ProcessFigures.processorTicks(tunnel.carriers()));
    }

    /** Memory of its processes, in megabytes. */
    double resident() {
        return naming("when it was weighed", () -> ProcessFigures.residentMegabytes(tunnel.carriers()));
    }

    /**
     * Asks something of it.
     *
     * @param when completes "it failed"
     * @throws LabException that says who failed and when, whatever went wrong
     */
    <T> T naming(String when, Supplier<T> asked) {
        return naming(contender, when, asked);
    }

    private static <T> T naming(Contender contender, String when, Supplier<T> asked) {
        try {
            return asked.get();
        } catch (RuntimeException e) {
            throw new LabException(contender.name() + " failed " + when + ": " + e.getMessage(), e);
        }
    }
}
