package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Round trips under way, by number. */
final class Pings {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final AtomicLong last = new AtomicLong();
    private final Map<Long, CompletableFuture<Long>> waiting = new ConcurrentHashMap<>();

    /**
     * Sends one and waits for its answer: the nanoseconds it took.
     *
     * @param send is given the number
     * @throws AgentException when none came in time
     */
    long measure(String host, LongConsumer send) throws AgentException {
        long number = last.incrementAndGet();
        CompletableFuture<Long> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        try {
            send.accept(number);
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AgentException("no answer from " + host + " within " + TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException("interrupted while waiting for " + host, e);
        } finally {
            waiting.remove(number);
        }
    }

    void answered(long number, long nanos) {
        CompletableFuture<Long> answer = waiting.get(number);
        if (answer != null) {
            answer.complete(nanos);
        }
    }
}
