package dev.pharos.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTests {
    private final ReplayTally tally = new ReplayTally();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void theHandshakesCountersAreSeenFromTheStart(long counter) {
        assertThat(new ReplayWindow().accept(counter, tally)).isFalse();
    }

    @Test
    void theFirstDataCounterIsThree() {
        var window = new ReplayWindow();
        assertThat(window.accept(3, tally)).isTrue();
        assertThat(window.accept(3, tally)).isFalse();
        assertThat(window.highest()).isEqualTo(3);
    }

    @Test
    void askingMarksNothing() {
        var window = new ReplayWindow();
        assertThat(window.mayAccept(5000, tally)).isTrue();
        assertThat(window.mayAccept(5000, tally)).isTrue();
        assertThat(window.accept(3, tally)).isTrue();
    }

    @Test
    void theWindowReaches1023Back() {
        var window = new ReplayWindow();
        assertThat(window.accept(5000, tally)).isTrue();
        assertThat(window.accept(5000 - 1024, tally)).isFalse();
        assertThat(window.accept(5000 - 1023, tally)).isTrue();
        assertThat(window.accept(5000 - 1023, tally)).isFalse();
    }

    @Test
    void everythingBelow1024IsInTheWindowUntilItMoves() {
        var window = new ReplayWindow();
        assertThat(window.accept(1023, tally)).isTrue();
        assertThat(window.accept(3, tally)).isTrue();
        assertThat(window.accept(1024 + 4, tally)).isTrue();
        assertThat(window.accept(4, tally)).isFalse();
        assertThat(window.accept(5, tally)).isTrue();
    }

    @Test
    void farJumpsAreAcceptedAndForgetEverything() {
        var window = new ReplayWindow();
        assertThat(window.accept(1L << 40, tally)).isTrue();
        assertThat(window.accept((1L << 40) - 1, tally)).isTrue();
        assertThat(window.accept(3, tally)).isFalse();
    }

    @Test
    void countersAreUnsigned() {
        var window = new ReplayWindow();
        assertThat(window.accept(-1, tally)).isTrue();
        assertThat(window.accept(-2, tally)).isTrue();
        assertThat(window.accept(-2, tally)).isFalse();
        assertThat(window.accept(Long.MAX_VALUE, tally)).isFalse();
    }

    @Property
    void itAgreesWithASetThatForgetsNothing(@ForAll("walks") List<Long> counters) {
        var window = new ReplayWindow();
        var tally = new ReplayTally();
        long duplicates = 0;
        long tooOld = 0;
        Set<Long> seen = new HashSet<>(Set.of(0L, 1L, 2L));
        long highest = 2;
        for (long counter : counters) {
            boolean expected = counter > highest - ReplayWindow.SIZE && !seen.contains(counter);
            assertThat(window.mayAccept(counter, tally)).isEqualTo(expected);
            assertThat(window.accept(counter, tally)).isEqualTo(expected);
            if (expected) {
                seen.add(counter);
                highest = Math.max(highest, counter);
            } else if (counter > highest - ReplayWindow.SIZE) {
                duplicates += 2;
            } else {
                tooOld += 2;
            }
            long end = Math.max(highest - ReplayWindow.SIZE + 1, 0);
            long lost = end - seen.stream().filter(one -> one < end).count();
            assertThat(tally.counts()).isEqualTo(new ReplayTally.Counts(duplicates, tooOld, lost));
        }
    }

    @Test
    void aCounterIsLostWhenTheWindowHasLeftIt() {
        var window = new ReplayWindow();
        window.accept(3, tally);
        window.accept(5, tally);
        window.accept(1027, tally);
        assertThat(tally.counts().lost()).isZero();
        window.accept(1028, tally);
        assertThat(tally.counts().lost()).isEqualTo(1);
        window.accept(4, tally);
        window.accept(1028, tally);
        assertThat(tally.counts()).isEqualTo(new ReplayTally.Counts(1, 1, 1));
    }

    @Test
    void aJumpLosesWhatItLeavesBehind() {
        var window = new ReplayWindow();
        window.accept(3, tally);
        window.accept(5, tally);
        window.accept(2000, tally);
        assertThat(tally.counts().lost()).isEqualTo(2000 - ReplayWindow.SIZE + 1 - 5);
    }

    @Provide
    Arbitrary<List<Long>> walks() {
        Arbitrary<Long> near = Arbitraries.longs().between(0, 40);
        Arbitrary<Long> window = Arbitraries.longs().between(0, 3000);
        Arbitrary<Long> far = Arbitraries.longs().between(0, 1L << 41);
        return Arbitraries.frequencyOf(Tuple.of(3, near), Tuple.of(6, window), Tuple.of(1, far))
                .list()
                .ofMaxSize(200);
    }
}
