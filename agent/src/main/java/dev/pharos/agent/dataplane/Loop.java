package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlane.MeshQuestion;
import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.mesh.Mesh;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * What runs on the loop's thread: a descriptor has something to read, the mesh's time has come, or a task was handed in.
 * After each of them, and even when it failed, comes {@link #settle}: everything opened is written, everything sealed is
 * sent, and the next deadline of the mesh is set.
 */
final class Loop {
    /** Nanoseconds, so that a deadline which stays in the past, by a fault of ours, does not keep a processor busy. */
    private static final long SHORTEST_WAIT = 100_000;

    private final IoEventLoop executor;
    private final Mesh mesh;
    private final Inbox inbox;
    private final Outbox outbox;
    private final DataPlaneListener listener;
    private final List<IoRegistration> registrations = new ArrayList<>();
    private long wakeUp = Long.MAX_VALUE;
    private boolean stopped;

    Loop(IoEventLoop executor, Mesh mesh, Inbox inbox, Outbox outbox, DataPlaneListener listener) {
        this.executor = executor;
        this.mesh = mesh;
        this.inbox = inbox;
        this.outbox = outbox;
        this.listener = listener;
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

    void start() {
        turn(mesh::start);
    }

    /** One round: the work, then what it has brought about. */
    void turn(LongConsumer work) {
        if (stopped) {
            return;
        }
        long now = BootClock.nanos();
        try {
            work.accept(now);
            if (mesh.nextDeadline() <= now) {
                mesh.advance(now);
            }
        } catch (RuntimeException e) {
            listener.failed(e);
        }
        settle(now);
    }

    private void settle(long now) {
        inbox.flush();
        outbox.flush();
        long deadline = mesh.nextDeadline();
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
            turn(mesh::advance);
        }
    }

    Mesh mesh() {
        return mesh;
    }

    <T> T ask(MeshQuestion<T> question) {
        long now = BootClock.nanos();
        T answer = question.answer(mesh, now);
        settle(now);
        return answer;
    }

    void stop() {
        turn(mesh::close);
        stopped = true;
        for (IoRegistration registration : registrations) {
            registration.cancel();
        }
    }
}
