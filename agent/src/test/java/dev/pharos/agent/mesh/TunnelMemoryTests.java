package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.linux.FastCiphers;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a live tunnel takes: with its peer, certificate, handshake, keys, windows and index entries. */
class TunnelMemoryTests {
    private static final int TUNNELS = 400;

    /** Ten thousand of them, and an agent that rests, fit the 160 MB that one may have. */
    private static final long MOST = 6500;

    @Test
    void aLiveTunnelTakesAFewKilobytes() {
        var many = new ManyTunnels(FastCiphers.choose().factory());
        open(many, 100);
        long heapBefore = heapInUse();
        long nativeBefore = nativeMemory();

        open(many, TUNNELS);

        long heap = (heapInUse() - heapBefore) / TUNNELS;
        long outside = (nativeMemory() - nativeBefore) / TUNNELS;
        System.out.printf("a live tunnel takes %d bytes of heap and %d of native memory%n", heap, outside);
        assertThat(heap + outside).isLessThan(MOST);
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

    private static long nativeMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
