package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.mesh.Tunnel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * What runs on one event loop's thread: a descriptor has something to read, another loop has handed something over, a time
 * has come, or a task was handed in. First comes what has crossed; after the work, and even when it failed, comes
 * {@link #settle}: everything opened is written, everything sealed is sent, and the next deadline is set.
 */
final class Loop {
    /** Nanoseconds, so that a deadline which stays in the past, by a fault of ours, does not keep a processor busy. */
    private static final long SHORTEST_WAIT = 100_000;

    /** What has to be done when its time has come: the mesh, on its loop. */
    interface Timers {
        Timers NONE = new Timers() {
            @Override
            public long nextDeadline() {
                return Long.MAX_VALUE;
            }

            @Override
            public void advance(long now) {}
        };

        long nextDeadline();

        void advance(long now);
    }

    private final IoEventLoop executor;
    private final BytePath path;
    private final DataPlaneListener listener;
    private final List<IoRegistration> registrations = new ArrayList<>();
    private final AtomicBoolean nudged = new AtomicBoolean();
    private final Runnable drain = this::drain;
    private Timers timers = Timers.NONE;
    private long wakeUp = Long.MAX_VALUE;
    private boolean stopped;

    Loop(IoEventLoop executor, BytePath path, DataPlaneListener listener) {
        this.executor = executor;
        this.path = path;
        this.listener = listener;
    }

    BytePath path() {
        return path;
    }

    /** Before it starts. */
    void heed(Timers observed) {
        timers = observed;
    }

    /** Calls {@code ready} with the time whenever the descriptor has something to read. */
    void watch(int descriptor, LongConsumer ready) {
        IoRegistration registration = executor.register(new Descriptor(new FileDescriptor(descriptor), this, ready))
                .syncUninterruptibly()
                .getNow();
        registration.submit(EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value()));
        registrations.add(registration);
    }

    private record Descriptor(FileDescriptor fd, Loop loop, LongConsumer ready) implements EpollIoHandle {
        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            loop.turn(ready);
        }

        @Override
        public void close() {
            // The descriptor belongs to whoever opened it.
        }
    }

    /** Wakes it, if it is not about to look anyway, because something has crossed; from any thread. */
    void nudge() {
        if (!nudged.get() && nudged.compareAndSet(false, true)) {
            executor.execute(drain);
        }
    }

    private void drain() {
        nudged.set(false);
        turn(_ -> {});
    }

    /** One round: what has crossed, the work, then what both have brought about. */
    void turn(LongConsumer work) {
        if (stopped) {
            return;
        }
        long now = BootClock.nanos();
        boolean drained = false;
        try {
            drained = path.drain(now);
            work.accept(now);
            if (timers.nextDeadline() <= now) {
                timers.advance(now);
            }
        } catch (RuntimeException e) {
            listener.failed(e);
        }
        settle(now);
        if (!drained) {
            nudge();
        }
    }

    private void settle(long now) {
        path.flush();
        long deadline = timers.nextDeadline();
        if (deadline < wakeUp) {
            wakeUp = deadline;
            var _ = executor.schedule(
                    () -> wake(deadline), Math.max(SHORTEST_WAIT, deadline - now), TimeUnit.NANOSECONDS);
        }
    }

    /** A deadline that has been overtaken by an earlier one finds another set in its place. */
    private void wake(long deadline) {
        if (deadline == wakeUp) {
            wakeUp = Long.MAX_VALUE;
            turn(timers::advance);
        }
    }

    /** Runs a task on the loop's thread, soon. */
    void execute(LongConsumer task) {
        executor.execute(() -> turn(task));
    }

    /** Asks on the loop's thread and waits for the answer; not to be called on that thread. */
    <T> T ask(LongFunction<T> question) {
        return await(executor.submit((Callable<T>) () -> {
            long now = BootClock.nanos();
            T answer = question.apply(now);
            settle(now);
            return answer;
        }));
    }

    /** No packet of this tunnel, which is the loop's, comes after those that have crossed already; from the mesh's loop. */
    void closed(Tunnel tunnel) {
        if (executor.inEventLoop()) {
            path.closed(tunnel);
        } else {
            execute(_ -> path.closed(tunnel));
        }
    }

    /** Does a last piece of work, and nothing more. */
    void stop(LongConsumer last) {
        await(executor.submit(() -> {
            turn(last);
            stopped = true;
            registrations.forEach(IoRegistration::cancel);
        }));
    }

    /** Ends its thread. */
    void end() {
        executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static <T> T await(Future<T> future) {
        return future.syncUninterruptibly().getNow();
    }
}
