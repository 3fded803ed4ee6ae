package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the byte path leaves as garbage: ten million packets go through the whole of it, from device to device over loopback,
 * with a cipher that leaves none. What the real ciphers leave is counted apart, and printed. Needs no privileges.
 */
class AllocationIT {
    /** Small ones, as it is their number that counts, and as many as the kernel takes in one train. */
    private static final int PAYLOAD = 64;

    private static final int SEGMENTS = 64;

    private static final int UNDER_WAY = 128 * SEGMENTS;

    private static final int WARM_UP = 1_500_000;
    private static final int MEASURED = 10_000_000;

    /**
     * The smallest object has 8 bytes or more. What there is are timers of the mesh and the event loop's own tasks, which come
     * by the clock and not by the packet.
     */
    private static final double ALLOWED_BYTES_PER_PACKET = 0.5;

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
    void tenMillionPacketsAllocateNothing() throws Exception {
        assertThat(bytesPerPacket(1, MEASURED)).isLessThan(ALLOWED_BYTES_PER_PACKET);
    }

    /** The peer's tunnel belongs to the second loop, and the device hands every packet to the first. */
    @Test
    void norDoPacketsThatCrossBetweenLoops() throws Exception {
        assertThat(bytesPerPacket(2, MEASURED / 10)).isLessThan(ALLOWED_BYTES_PER_PACKET);
    }

    private double bytesPerPacket(int loops, int measured) throws Exception {
        TestPlane hosts = new TestPlane((_, _) -> new NoCipher());
        hosts.loops = loops;
        List<StandInDevice> farQueues = queues(loops);
        List<StandInDevice> nearQueues = queues(loops);
        try (DataPlane far = hosts.startOnLoopback(1, devices(farQueues));
                DataPlane near = hosts.startOnLoopback(2, devices(nearQueues), far.port())) {
            transfer(nearQueues.getFirst(), farQueues, WARM_UP);
            long packets = far.counters().packetsIn();
            long bytes = allocatedByLoops();
            transfer(nearQueues.getFirst(), farQueues, measured);
            long grown = allocatedByLoops() - bytes;
            packets = far.counters().packetsIn() - packets;
            assertThat(packets).isGreaterThanOrEqualTo(measured);
            assertThat(near.counters().crossed() > packets / SEGMENTS).isEqualTo(loops > 1);
            System.out.printf(
                    "%d loops a host: %d packets sealed, sent, received and opened, %d bytes allocated%n",
                    loops, packets, grown);
            return (double) grown / packets;
        } finally {
            farQueues.forEach(StandInDevice::close);
            nearQueues.forEach(StandInDevice::close);
            assertThat(hosts.complaints).isEmpty();
        }
    }

    private static List<StandInDevice> queues(int count) throws Exception {
        List<StandInDevice> queues = new ArrayList<>();
        while (queues.size() < count) {
            queues.add(StandInDevice.open());
        }
        return queues;
    }

    private static List<TunDevice> devices(List<StandInDevice> queues) {
        return queues.stream().map(StandInDevice::device).toList();
    }

    /**
     * Large packets one way until so many small ones have arrived. No more are under way than the sockets hold, and when
     * nothing comes any more, what was is given up.
     */
    private static void transfer(StandInDevice from, List<StandInDevice> to, int packets) {
        SamplePacket sample = new SamplePacket(PAYLOAD, SEGMENTS);
        int underWay = 0;
        int arrived = 0;
        int idle = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sent = arena.allocate(TunDevice.MAX_READ + 6, 16);
            MemorySegment received = arena.allocate(TunDevice.MAX_READ + 6, 16);
            int length = sample.tcp(sent, TestPlane.overlay(2), TestPlane.overlay(1));
            int headers = length - PAYLOAD * SEGMENTS;
            while (arrived < packets) {
                int before = arrived;
                if (underWay < UNDER_WAY && from.send(sent, length)) {
                    underWay += SEGMENTS;
                }
                for (StandInDevice queue : to) {
                    for (int large = queue.receive(received); large > 0; large = queue.receive(received)) {
                        arrived += (large - headers) / PAYLOAD;
                    }
                }
                underWay = Math.max(0, underWay - (arrived - before));
                idle = arrived == before ? idle + 1 : 0;
                if (idle > 0 && underWay >= UNDER_WAY) {
                    LockSupport.parkNanos(20_000);
                    underWay = idle > 200 ? 0 : underWay;
                }
            }
        }
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

    @Test
    void whatTheCiphersAllocateIsCountedApart() {
        FastCiphers chosen = FastCiphers.choose();
        double ofChosen = bytesPerPacket(chosen.factory());
        System.out.printf(
                "AES-GCM, sealing and opening 1300 bytes: %.0f bytes by the JDK, %.0f by %s, which is used here%n",
                bytesPerPacket(TransportCipherFactory.JCE), ofChosen, chosen.aes());
        if (!chosen.aes().equals("JDK")) {
            assertThat(ofChosen).isLessThan(ALLOWED_BYTES_PER_PACKET);
        }
    }

    private double bytesPerPacket(TransportCipherFactory factory) {
        TransportCipher cipher = factory.create(CipherSuite.AES_GCM, new byte[TransportCipher.KEY_LENGTH]);
        Sealer sealer = new Sealer();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(1 << 12, 16);
            int rounds = 20_000;
            IntStream.range(0, rounds).forEach(i -> round(sealer, cipher, packet, i));
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = rounds; i < 2 * rounds; i++) {
                round(sealer, cipher, packet, i);
            }
            return (double) (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
        }
    }

    private static void round(Sealer sealer, TransportCipher cipher, MemorySegment packet, int i) {
        sealer.seal(cipher, i + 3L, packet, 0, 16, 1300);
        if (!sealer.open(cipher, i + 3L, packet, 0, 16, 1300 + TransportCipher.TAG_LENGTH)) {
            throw new IllegalStateException("what was sealed does not open");
        }
    }
}
