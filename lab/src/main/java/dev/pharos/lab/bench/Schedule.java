package dev.pharos.lab.bench;

import dev.pharos.lab.run.LabException;
import java.time.Duration;

/**
 * How often and how long everything is measured.
 *
 * @param rounds how often everyone is set up anew
 * @param turns how often each contender's turn comes in a row of one round
 * @param stream how long a TCP transfer is measured, in whole seconds
 */
public record Schedule(int rounds, int turns, Duration stream) {
    /**
     * Nothing is measured less than once.
     *
     * @throws LabException when one of them is not positive
     */
    public Schedule {
        if (rounds < 1 || turns < 1 || stream.toSeconds() < 1) {
            throw new LabException("there is nothing to measure in %d rounds of %d turns of %d s; each is at least 1"
                    .formatted(rounds, turns, stream.toSeconds()));
        }
    }
}
