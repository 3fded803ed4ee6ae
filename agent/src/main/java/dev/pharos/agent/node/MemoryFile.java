package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.ControlJson;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is remembered of peers, on the disk once a minute if it changed, and when the host stops. Hints only. */
final class MemoryFile implements AutoCloseable {
    private static final int MAX_BYTES = 4 << 20;
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final StateDirectory state;
    private final CountDownLatch closed = new CountDownLatch(1);
    private PeerMemory written = PeerMemory.EMPTY;
    private Supplier<PeerMemory> source = () -> PeerMemory.EMPTY;

    MemoryFile(StateDirectory state) {
        this.state = state;
    }

    PeerMemory read() {
        try {
            byte[] content = state.peers().orElse(new byte[0]);
            return content.length == 0 ? PeerMemory.EMPTY : ControlJson.read(PeerMemory.class, content, MAX_BYTES);
        } catch (MalformedException e) {
            return PeerMemory.EMPTY;
        }
    }

    void keep(Supplier<PeerMemory> memory) {
        source = memory;
        Thread.ofVirtual().name("memory").start(() -> {
            try {
                while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    write();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized void write() {
        PeerMemory now = source.get();
        if (now.equals(written)) {
            return;
        }
        try {
            state.writePeers(ControlJson.write(now));
            written = now;
        } catch (AgentException e) {
            written = PeerMemory.EMPTY;
        }
    }

    /** Writes for the last time. */
    @Override
    public void close() {
        closed.countDown();
        write();
    }
}
