package dev.pharos.agent.linux;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace with nothing in it, for a try that nobody else should see: no rules of this machine's firewall apply
 * there, and no other program hears of its devices. A namespace belongs to a thread and goes with it.
 */
public final class EmptyNetwork {
    /** What is tried. */
    @FunctionalInterface
    public interface Body<T> {
        T run() throws IOException;
    }

    private EmptyNetwork() {}

    /** Runs the body in one; empty when that is not allowed, as it needs CAP_SYS_ADMIN. */
    public static <T> Optional<T> call(Body<T> body) throws IOException {
        FutureTask<Optional<T>> task = new FutureTask<>(
                () -> Libc.unshare(Abi.CLONE_NEWNET) == 0 ? Optional.of(body.run()) : Optional.empty());
        Thread.ofPlatform().name("empty-network").start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("the try in an empty network went wrong", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
