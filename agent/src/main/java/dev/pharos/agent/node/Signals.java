package dev.pharos.agent.node;

import dev.pharos.agent.linux.SignalDefaults;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/**
 * What the process is told from outside: to end, or to read its configuration again. The JDK's only way to take a signal,
 * {@code sun.misc.Signal} in jdk.unsupported, is called by reflection because javac's warning about it cannot be turned off.
 */
final class Signals {
    private static final int HANG_UP = 1;

    private final CountDownLatch end = new CountDownLatch(1);

    private Signals() {}

    /**
     * From now on SIGTERM and SIGINT end {@link #awaitEnd}, and SIGHUP calls {@code reload}, even under {@code nohup}. A
     * SIGINT that is ignored stays so: a shell keeps it from what it runs in the background.
     */
    static Signals take(Runnable reload) {
        Signals signals = new Signals();
        handle("TERM", signals::end);
        handle("INT", signals::end);
        SignalDefaults.restore(HANG_UP);
        handle("HUP", reload);
        return signals;
    }

    private static void handle(String name, Runnable told) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object action = Proxy.newProxyInstance(null, new Class<?>[] {handler}, (_, _, _) -> {
                told.run();
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), action);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the runtime was linked without jdk.unsupported", e);
        }
    }

    void end() {
        end.countDown();
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }
}
