package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.lab.run.LabException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTests {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aTunnelIsFreshOnceAndCarriesTheRestInEveryTurn() {
        Schedule schedule = new Schedule(3, 2, SECOND);

        assertThat(Step.FRESH.turns(schedule)).isOne();
        assertThat(Step.RATE.turns(schedule)).isOne();
        assertThat(Step.ONE_STREAM.turns(schedule)).isEqualTo(2);
        assertThat(Step.ECHO.turns(schedule)).isEqualTo(2);
    }

    @Test
    void nothingIsMeasuredLessThanOnce() {
        assertThatThrownBy(() -> new Schedule(0, 2, SECOND))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("0 rounds of 2 turns of 1 s");
        assertThatThrownBy(() -> new Schedule(1, 0, SECOND)).isInstanceOf(LabException.class);
        assertThatThrownBy(() -> new Schedule(1, 1, Duration.ofMillis(900))).isInstanceOf(LabException.class);
    }
}
