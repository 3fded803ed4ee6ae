package dev.pharos.control.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Work that is done for each key by one thread at a time. Who asks while it is being done waits for the next turn, together
 * with everybody else who does: however many ask, each waits for two turns at most.
 */
final class Turns implements AutoCloseable {
    /** No virtual ones: they compute for long, and would keep the threads of requests from their processors. */
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().name("turn-", 0).factory());

    private final Map<String, Turn> latest = new HashMap<>();

    private static final class Turn {
        private boolean begun;
        private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    }

    /** Completes after the work was done from beginning to end, begun after this call. */
    synchronized CompletableFuture<Void> next(String key, Runnable work) {
        Turn last = latest.getOrDefault(key, new Turn());
        if (!last.begun && !last.done.isDone()) {
            return last.done;
        }
        Turn turn = new Turn();
        turn.done = last.done.handleAsync(
                (_, _) -> {
                    begin(turn);
                    work.run();
                    return null;
                },
                threads);
        latest.put(key, turn);
        return turn.done;
    }

    private synchronized void begin(Turn turn) {
        turn.begun = true;
    }

    /** Waits for turns that have begun. */
    @Override
    public void close() {
        threads.close();
    }
}
