package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import org.junit.jupiter.api.Test;

class ProbesTests {
    private final Probes probes = new Probes();
    private final PathState path = new PathState(new Path.Direct(UnderlayEndpoint.ofV4(0x0b00_0001, 4242)));

    @Test
    void sixtyFourThatAreWaitedForAtOnceAreAllKnown() {
        for (int i = 1; i <= 70; i++) {
            assertThat(probes.sent(path, i, 1000 + i)).isEqualTo(i);
        }
        for (int i = 1; i <= 6; i++) {
            assertThat(probes.take(i)).as("probe %d", i).isNull();
        }
        for (int i = 7; i <= 70; i++) {
            assertThat(probes.take(i)).as("probe %d", i).isSameAs(path);
            assertThat(probes.sentAt(i)).isEqualTo(i);
            assertThat(probes.askedBy(i)).isEqualTo(1000 + i);
            assertThat(probes.take(i)).as("probe %d again", i).isNull();
        }
        assertThat(probes.take(71)).isNull();
        assertThat(probes.take(0)).isNull();
    }

    @Test
    void theLatestOfAPathIsFound() {
        PathState other = new PathState(new Path.Direct(UnderlayEndpoint.ofV4(0x0b00_0002, 4242)));
        probes.sent(path, 1, 0);
        for (int i = 2; i <= 20; i++) {
            probes.sent(other, i, 0);
        }
        assertThat(probes.latest(path)).isEqualTo(1);
        assertThat(probes.latest(other)).isEqualTo(20);
        probes.take(20);
        assertThat(probes.latest(other)).isEqualTo(19);
        probes.take(1);
        assertThat(probes.latest(path)).isZero();
    }
}
