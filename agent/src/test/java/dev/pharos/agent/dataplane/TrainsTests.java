package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class TrainsTests {
    private final Trains trains = new Trains(Arena.ofAuto());

    @Test
    void equalDatagramsToOneEndpointLieSideBySide() {
        assertThat(trains.reserve(1332, 0, 1, 4242)).isZero();
        assertThat(trains.reserve(1332, 0, 1, 4242)).isEqualTo(1332);
        assertThat(trains.reserve(100, 0, 1, 4242)).isEqualTo(2664);
        assertThat(trains.size()).isEqualTo(1);
        assertThat(trains.length(0)).isEqualTo(2764);
        assertThat(trains.segmentSize(0)).isEqualTo(1332);
        assertThat(trains.datagrams(0)).isEqualTo(3);
    }

    @Test
    void aShorterDatagramEndsATrainAndALongerOneNeedsAnother() {
        trains.reserve(1332, 0, 1, 4242);
        trains.reserve(100, 0, 1, 4242);
        assertThat(trains.reserve(100, 0, 1, 4242)).isEqualTo(trains.offset(1));
        assertThat(trains.reserve(101, 0, 1, 4242)).isEqualTo(trains.offset(2));
        assertThat(trains.size()).isEqualTo(3);
    }

    @Test
    void endpointsHaveTrainsOfTheirOwn() {
        trains.reserve(500, 0, 1, 4242);
        trains.reserve(500, 0, 2, 4242);
        trains.reserve(500, 0, 1, 4243);
        trains.reserve(500, 7, 1, 4242);
        assertThat(trains.size()).isEqualTo(4);
        assertThat(trains.reserve(500, 0, 1, 4242)).isEqualTo(500);
        assertThat(trains.port(2)).isEqualTo(4243);
        assertThat(trains.high(3)).isEqualTo(7);
        assertThat(trains.low(1)).isEqualTo(2);
    }

    @Test
    void aTrainHasAtMost64DatagramsAndFitsIntoOneUdpPacket() {
        for (int i = 0; i < 65; i++) {
            trains.reserve(50, 0, 1, 4242);
        }
        assertThat(trains.datagrams(0)).isEqualTo(64);
        assertThat(trains.size()).isEqualTo(2);
        for (int i = 0; i < 50; i++) {
            trains.reserve(1332, 0, 2, 4242);
        }
        assertThat(trains.length(2)).isEqualTo(49 * 1332).isLessThan(65507);
        assertThat(trains.size()).isEqualTo(4);
    }

    @Test
    void theyKnowHowMuchWaits() {
        trains.reserve(1332, 0, 1, 4242);
        trains.reserve(1332, 0, 1, 4242);
        trains.reserve(500, 0, 2, 4242);
        assertThat(trains.bytes()).isEqualTo(3164);
        trains.clear();
        assertThat(trains.bytes()).isZero();
    }

    @Test
    void withoutRoomItSaysSo() {
        for (int i = 0; i < Trains.CAPACITY; i++) {
            assertThat(trains.reserve(10, 0, i, 4242)).isNotNegative();
        }
        assertThat(trains.reserve(10, 0, 99, 4242)).isEqualTo(Trains.NO_ROOM);
        trains.clear();
        assertThat(trains.isEmpty()).isTrue();
        assertThat(trains.reserve(10, 0, 99, 4242)).isZero();
    }
}
