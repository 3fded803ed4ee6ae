package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RingTests {
    private static final int LARGE = 64_000;

    private final Ring ring = new Ring(Arena.ofAuto());

    private boolean write(int number, int length) {
        int at = ring.reserve(length);
        if (at == Ring.NO_ROOM) {
            return false;
        }
        ring.memory().set(JAVA_INT_UNALIGNED, at, number);
        ring.memory().set(JAVA_INT_UNALIGNED, at + length - 4, number);
        ring.commit(Errand.ARRIVED, Integer.valueOf(number), null, number, length);
        return true;
    }

    private void isNext(int n, int number, int length) {
        assertThat(ring.number(n)).isEqualTo(number);
        assertThat(ring.length(n)).isEqualTo(length);
        assertThat(ring.subject(n, Integer.class)).isEqualTo(number);
        assertThat(ring.memory().get(JAVA_INT_UNALIGNED, ring.offset(n))).isEqualTo(number);
        assertThat(ring.memory().get(JAVA_INT_UNALIGNED, ring.offset(n) + length - 4))
                .isEqualTo(number);
    }

    @Test
    void whatIsWrittenIsReadInOrderAndStaysUntilItIsReleased() {
        assertThat(ring.waiting()).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(write(i, 100 + i)).isTrue();
        }
        assertThat(ring.waiting()).isEqualTo(3);
        ring.release(1);
        assertThat(ring.waiting()).isEqualTo(2);
        isNext(0, 1, 101);
        isNext(1, 2, 102);
    }

    @Test
    void aFullRingTakesNothingAndMakesRoomAgain() {
        int written = 0;
        while (write(written, LARGE)) {
            written++;
        }
        assertThat(written).isBetween(30, 33);
        ring.release(2);
        assertThat(write(written, LARGE)).isTrue();
        for (int n = 0; n < ring.waiting(); n++) {
            isNext(n, n + 2, LARGE);
        }
    }

    @Test
    void entriesAreBoundedToo() {
        int written = 0;
        while (write(written, 8)) {
            written++;
        }
        assertThat(written).isEqualTo(2048);
    }

    @Test
    void whatIsReservedAndNotCommittedIsReservedAgain() {
        int first = ring.reserve(1000);
        assertThat(ring.reserve(20)).isEqualTo(first);
        assertThat(ring.waiting()).isZero();
    }

    /** Two threads, every size, many times round: nothing is lost, torn or overtaken. */
    @Test
    void oneWritesWhileTheOtherReads() {
        int count = 300_000;
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> {
                    Random lengths = new Random(1);
                    for (int number = 0; number < count; number++) {
                        int length = 8 + lengths.nextInt(3000);
                        while (!write(number, length)) {
                            Thread.onSpinWait();
                        }
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
        Random lengths = new Random(1);
        for (int read = 0; read < count; ) {
            int waiting = ring.waiting();
            for (int n = 0; n < waiting; n++) {
                isNext(n, read++, 8 + lengths.nextInt(3000));
            }
            ring.release(waiting);
            assertThat(writer).isNotCompletedExceptionally();
        }
        writer.join();
    }
}
