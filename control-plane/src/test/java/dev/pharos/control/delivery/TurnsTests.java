package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTests {
    private final Turns turns = new Turns();
    private final AtomicInteger done = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void close() {
        goOn.countDown();
        turns.close();
    }

    @Test
    void whoeverAsksDuringATurnSharesTheNext() throws Exception {
        CompletableFuture<Void> first = turns.next("network", this::slow);
        begun.acquire();
        List<CompletableFuture<Void>> others = IntStream.range(0, 20)
                .mapToObj(_ -> turns.next("network", this::slow))
                .toList();
        assertThat(done).hasValue(0);

        goOn.countDown();
        for (CompletableFuture<Void> each : others) {
            each.get(10, TimeUnit.SECONDS);
        }

        assertThat(first).isDone();
        assertThat(done).hasValue(2);
    }

    @Test
    void whoeverAsksAfterwardsHasATurnOfItsOwn() throws Exception {
        goOn.countDown();
        for (int turn = 1; turn <= 3; turn++) {
            turns.next("network", this::slow).get(10, TimeUnit.SECONDS);
            assertThat(done).hasValue(turn);
        }
    }

    @Test
    void keysDoNotWaitForEachOther() throws Exception {
        CompletableFuture<Void> slow = turns.next("slow", this::slow);
        begun.acquire();

        turns.next("quick", done::incrementAndGet).get(10, TimeUnit.SECONDS);

        assertThat(done).hasValue(1);
        assertThat(slow).isNotDone();
    }

    @Test
    void workThatFailsDoesNotEndTheTurns() throws Exception {
        CompletableFuture<Void> failing = turns.next("network", () -> {
            throw new IllegalStateException("no");
        });
        assertThat(failing).failsWithin(10, TimeUnit.SECONDS).withThrowableOfType(ExecutionException.class);

        turns.next("network", done::incrementAndGet).get(10, TimeUnit.SECONDS);

        assertThat(done).hasValue(1);
    }

    private void slow() {
        begun.release();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        done.incrementAndGet();
    }
}
