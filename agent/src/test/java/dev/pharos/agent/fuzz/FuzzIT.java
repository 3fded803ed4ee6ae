package dev.pharos.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A few seconds of fuzzing on all targets together; {@code ./pharos fuzz} does the rest. */
class FuzzIT {
    @Test
    void aShortRunFindsNothing() throws Exception {
        FuzzRun.Outcome outcome = FuzzRun.fuzz(null, 8);
        assertThat(outcome.isClean()).as(outcome.toString()).isTrue();
    }
}
