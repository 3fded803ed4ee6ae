package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.TestPlane.WithDevice;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.protocol.noise.TransportCipher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What the byte path leaves as garbage, with a cipher that leaves none: what the real one leaves is counted apart (the
 * JDK's about 1000 bytes a packet, facts, dataplane 10).
 */
class AllocationIT {
    private static final int CHUNK = 1 << 20;
    private static final int WARM_UP = 60;
    private static final int MEASURED = 60;

    /** Timers, tasks and the event loop's own bookkeeping are some dozen objects for hundreds of packets. */
    private static final double ALLOWED_BYTES_PER_PACKET = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Protects nothing, and does so without an object. */
    private static final class NoCipher implements TransportCipher {
        @Override
        public void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
            for (int i = 0; i < TAG_LENGTH; i++) {
                buffer[textOffset + textLength + i] = 0;
            }
        }

        @Override
        public boolean open(
                long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength) {
            return sealedLength >= TAG_LENGTH;
        }
    }

    @Test
    void nothingIsAllocatedPerPacket() throws Exception {
        Set<Offload> all = EnumSet.allOf(Offload.class);
        TestPlane hosts = new TestPlane((_, _) -> new NoCipher());
        try (NetworkNamespace one = new NetworkNamespace();
                NetworkNamespace two = new NetworkNamespace()) {
            NetworkNamespace.join(one, "192.0.2.1/24", two, "192.0.2.2/24", "data-veth");
            try (DataPlane far = hosts.start(one, 1, WithDevice.YES, all, List.of(2));
                    DataPlane near = hosts.start(two, 2, WithDevice.YES, all, List.of(1));
                    ServerSocket server = one.call(() -> new ServerSocket(7000))) {
                CompletableFuture<Void> sink = CompletableFuture.runAsync(() -> swallow(server));
                two.run(() -> {
                    try (Socket socket = new Socket(InetAddress.ofLiteral("10.42.0.1"), 7000)) {
                        send(socket, WARM_UP);
                        long packets =
                                near.counters().packetsOut() + far.counters().packetsIn();
                        long bytes = allocatedByLoops();
                        send(socket, MEASURED);
                        long grown = allocatedByLoops() - bytes;
                        packets = near.counters().packetsOut() + far.counters().packetsIn() - packets;
                        assertThat(packets).isGreaterThan(MEASURED * CHUNK / 1300);
                        assertThat((double) grown / packets).isLessThan(ALLOWED_BYTES_PER_PACKET);
                    }
                });
                sink.join();
            }
        }
        assertThat(hosts.complaints).isEmpty();
    }

    private long allocatedByLoops() {
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            var thread = threads.getThreadInfo(id);
            if (thread != null && thread.getThreadName().startsWith("loop-")) {
                sum += threads.getThreadAllocatedBytes(id);
            }
        }
        return sum;
    }

    private static void send(Socket socket, int chunks) throws IOException {
        byte[] bytes = new byte[CHUNK];
        for (int i = 0; i < chunks; i++) {
            socket.getOutputStream().write(bytes);
        }
    }

    private static void swallow(ServerSocket server) {
        try (Socket socket = server.accept()) {
            byte[] buffer = new byte[CHUNK];
            while (socket.getInputStream().read(buffer) >= 0) {
                // Only its arrival matters.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
