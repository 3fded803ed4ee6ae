package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.linux.FastCiphers;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a live tunnel takes on the heap: with its peer, certificate, handshake, windows and index entries. */
class TunnelMemoryTests {
    private static final int TUNNELS = 400;
    private static final long MOST = 10_000;

    @Test
    void aLiveTunnelTakesAFewKilobytes() {
        var many = new ManyTunnels(FastCiphers.choose().factory());
        open(many, 100);
        long before = heapInUse();

        open(many, TUNNELS);

        long each = (heapInUse() - before) / TUNNELS;
        System.out.printf("a live tunnel takes %d bytes of heap%n", each);
        assertThat(each).isLessThan(MOST);
        assertThat(many.tunnels()).hasSize(100 + TUNNELS).allMatch(Tunnel::isOpen);
    }

    private static void open(ManyTunnels many, int count) {
        for (int i = 0; i < count; i++) {
            many.open();
        }
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
