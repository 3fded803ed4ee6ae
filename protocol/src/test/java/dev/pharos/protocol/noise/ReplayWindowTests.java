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
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void theHandshakesCountersAreSeenFromTheStart(long counter) {
        assertThat(new ReplayWindow().accept(counter)).isFalse();
    }

    @Test
    void theFirstDataCounterIsThree() {
        var window = new ReplayWindow();
        assertThat(window.accept(3)).isTrue();
        assertThat(window.accept(3)).isFalse();
        assertThat(window.highest()).isEqualTo(3);
    }

    @Test
    void askingMarksNothing() {
        var window = new ReplayWindow();
        assertThat(window.mayAccept(5000)).isTrue();
        assertThat(window.mayAccept(5000)).isTrue();
        assertThat(window.accept(3)).isTrue();
    }

    @Test
    void theWindowReaches1023Back() {
        var window = new ReplayWindow();
        assertThat(window.accept(5000)).isTrue();
        assertThat(window.accept(5000 - 1024)).isFalse();
        assertThat(window.accept(5000 - 1023)).isTrue();
        assertThat(window.accept(5000 - 1023)).isFalse();
    }

    @Test
    void everythingBelow1024IsInTheWindowUntilItMoves() {
        var window = new ReplayWindow();
        assertThat(window.accept(1023)).isTrue();
        assertThat(window.accept(3)).isTrue();
        assertThat(window.accept(1024 + 4)).isTrue();
        assertThat(window.accept(4)).isFalse();
        assertThat(window.accept(5)).isTrue();
    }

    @Test
    void farJumpsAreAcceptedAndForgetEverything() {
        var window = new ReplayWindow();
        assertThat(window.accept(1L << 40)).isTrue();
        assertThat(window.accept((1L << 40) - 1)).isTrue();
        assertThat(window.accept(3)).isFalse();
    }

    @Test
    void countersAreUnsigned() {
        var window = new ReplayWindow();
        assertThat(window.accept(-1)).isTrue();
        assertThat(window.accept(-2)).isTrue();
        assertThat(window.accept(-2)).isFalse();
        assertThat(window.accept(Long.MAX_VALUE)).isFalse();
    }

    @Property
    void itAgreesWithASetThatForgetsNothing(@ForAll("walks") List<Long> counters) {
        var window = new ReplayWindow();
        Set<Long> seen = new HashSet<>(Set.of(0L, 1L, 2L));
        long highest = 2;
        for (long counter : counters) {
            boolean expected = counter > highest - ReplayWindow.SIZE && !seen.contains(counter);
            assertThat(window.mayAccept(counter)).isEqualTo(expected);
            assertThat(window.accept(counter)).isEqualTo(expected);
            if (expected) {
                seen.add(counter);
                highest = Math.max(highest, counter);
            }
        }
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
