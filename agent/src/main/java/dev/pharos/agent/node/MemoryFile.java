package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.agent.mesh.PeerMemory.Remembered;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.ControlJson;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What is remembered of peers, on the disk within seconds when a peer is new, once a minute when anything else has
 * changed, and when the host stops: one that loses its power finds its peers again, and a card is not worn out. Hints
 * only.
 */
final class MemoryFile implements AutoCloseable {
    private static final int MAX_BYTES = 4 << 20;
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int LOOKS_A_MINUTE = 12;

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
                for (int look = 1; !closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS); look++) {
                    if (look % LOOKS_A_MINUTE == 0 || knowsSomebodyNew()) {
                        write();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized boolean knowsSomebodyNew() {
        return !addresses(written).containsAll(addresses(source.get()));
    }

    private static Set<VpnAddress> addresses(PeerMemory memory) {
        return memory.peers().stream().map(Remembered::address).collect(Collectors.toSet());
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
