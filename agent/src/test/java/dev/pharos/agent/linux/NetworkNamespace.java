package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An empty network namespace for a test. A namespace belongs to a thread, so a thread that unshares its own leaves the
 * rest of the machine alone, threads and processes it starts are born there, and the namespace goes with the last of them.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final int number;

    public NetworkNamespace() throws Exception {
        number = call(() -> {
            if (libc("unshare", CLONE_NEWNET) != 0) {
                throw new IllegalStateException("a network namespace needs root; run the tests as root");
            }
            return libc("gettid", 0);
        });
    }

    /** Something that may fail in any way. */
    public interface Body {
        void run() throws Exception;
    }

    /** Runs a test in a namespace of its own. */
    public static void inside(Body body) throws Exception {
        try (NetworkNamespace namespace = new NetworkNamespace()) {
            namespace.run(body);
        }
    }

    public void run(Body body) throws Exception {
        call(() -> {
            body.run();
            return true;
        });
    }

    public <T> T call(Callable<T> body) throws Exception {
        try {
            return thread.submit(body).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception exception ? exception : e;
        }
    }

    /** Joins two namespaces by a veth pair, whose end in each has the device name and the address given. */
    public static void join(NetworkNamespace one, String address, NetworkNamespace two, String other, String device)
            throws Exception {
        one.run(() -> command("ip link add " + device + " type veth peer name " + device + " netns " + two.number));
        one.run(() -> configure(device, address));
        two.run(() -> configure(device, other));
    }

    private static void configure(String device, String address) throws Exception {
        command("ip link set lo up");
        command("ip address add " + address + " dev " + device);
        command("ip link set " + device + " up");
    }

    /** Runs a program in the calling thread's namespace and answers what it printed. */
    public static String command(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line.split(" ", -1))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(line + ": " + output);
        }
        return output;
    }

    private static int libc(String function, int argument) {
        Linker linker = Linker.nativeLinker();
        var handle = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            return (int) handle.invokeExact(argument);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
