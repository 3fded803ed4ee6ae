package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.dataplane.TunSelfTest.Finding;
import dev.pharos.agent.dataplane.TunSelfTest.Outcome;
import org.junit.jupiter.api.Test;

/** On the kernel that the tests run on, which is a good one; as root. */
class TunSelfTestIT {
    @Test
    void aGoodKernelPasses() {
        assertThat(TunSelfTest.run()).isEqualTo(new Outcome(Finding.RIGHT, Finding.RIGHT));
    }
}
