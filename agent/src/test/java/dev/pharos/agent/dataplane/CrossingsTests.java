package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossingsTests {
    private static final MemorySegment PACKET = Arena.ofAuto().allocate(100);

    private final Ring[] rings = {new Ring(Arena.ofAuto()), new Ring(Arena.ofAuto()), new Ring(Arena.ofAuto())};
    private final List<Integer> woken = new ArrayList<>();
    private final Counters counters = new Counters();
    private final Crossings crossings = new Crossings(0, rings, woken::add, counters);

    @Test
    void aLoopIsWokenOnceForAllThatHasCrossedToIt() {
        for (int length = 1; length <= 3; length++) {
            crossings.devicePacket(2, PACKET, 0, length);
        }
        assertThat(woken).isEmpty();

        crossings.flush();
        assertThat(woken).containsExactly(2);
        assertThat(List.of(rings[2].length(0), rings[2].length(1), rings[2].length(2)))
                .containsExactly(1, 2, 3);

        crossings.flush();
        assertThat(woken).containsExactly(2);

        crossings.devicePacket(1, PACKET, 0, 1);
        crossings.devicePacket(2, PACKET, 0, 1);
        crossings.flush();
        assertThat(woken).containsExactly(2, 1, 2);
    }

    @Test
    void whatFindsNoRoomIsCountedAndTheOtherLoopsGoOn() {
        for (int i = 0; i < 2050; i++) {
            crossings.devicePacket(1, PACKET, 0, 1);
        }
        crossings.devicePacket(2, PACKET, 0, 1);
        crossings.flush();

        assertThat(counters.noRoom).isEqualTo(2);
        assertThat(counters.crossed).isEqualTo(2049);
        assertThat(woken).containsExactly(1, 2);
    }
}
