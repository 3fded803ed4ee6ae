package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CpuTimesTests {
    @Test
    void readsTheLineOfAllProcessorsAndTakesGuestsForPartOfTheUserTime() {
        CpuTimes times = CpuTimes.parse("cpu  100 10 50 800 20 3 7 10 5 5\ncpu0 1 1 1 1 1 1 1 1 0 0\n");

        assertThat(times).isEqualTo(new CpuTimes(170, 10, 1000));
    }

    @Test
    void sharesAreThoseOfTheTimeBetweenTwoLooks() {
        CpuTimes.Shares shares = new CpuTimes(270, 20, 1200).since(new CpuTimes(170, 10, 1000));

        assertThat(shares.busy()).isCloseTo(0.5, within(1e-9));
        assertThat(shares.stolen()).isCloseTo(0.05, within(1e-9));
    }

    @Test
    void thisMachineHasSuchALine() {
        assertThat(CpuTimes.now().total()).isPositive();
    }

    @Test
    void whatKnownProcessesUsedIsLeftOut() {
        CpuTimes before = new CpuTimes(100, 0, 1000).without(40);

        assertThat(new CpuTimes(120, 0, 1100).without(55).since(before)).isEqualTo(new CpuTimes.Shares(0.05, 0));
        assertThat(new CpuTimes(120, 0, 1100).without(61).since(before)).isEqualTo(new CpuTimes.Shares(0, 0));
    }
}
