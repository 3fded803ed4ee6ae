package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a test in an empty network namespace of its own. A namespace belongs to a thread, so a thread that unshares its own
 * leaves the rest of the machine alone, and the namespace goes with it.
 */
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    /** Something that may fail in any way. */
    public interface Body {
        void run() throws Exception;
    }

    public static void inside(Body body) throws Exception {
        FutureTask<Void> task = new FutureTask<>((Callable<Void>) () -> {
            unshare();
            body.run();
            return null;
        });
        Thread thread = Thread.ofPlatform().name("data-namespace").start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        } finally {
            thread.join();
        }
    }

    private static void unshare() {
        Linker linker = Linker.nativeLinker();
        MethodHandle unshare = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("unshare"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            if ((int) unshare.invokeExact(CLONE_NEWNET) != 0) {
                throw new IllegalStateException("a network namespace needs root; run the tests as root");
            }
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
