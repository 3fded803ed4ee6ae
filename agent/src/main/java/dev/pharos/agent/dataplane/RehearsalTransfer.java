package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.protocol.VpnAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * What a kernel's network stack does to two hosts between which a file is copied: large TCP packets go one way, single
 * acknowledgements the other, and now and then a datagram of UDP.
 */
public final class RehearsalTransfer {
    private static final int LARGE_PACKETS = 2500;
    private static final int PAYLOAD = 1248;
    private static final int SEGMENTS = 48;
    private static final long GIVE_UP_NANOS = 20_000_000_000L;
    private static final long PAUSE_NANOS = 50_000;

    private final StandInDevice near;
    private final StandInDevice far;
    private final SamplePacket sample = new SamplePacket(PAYLOAD, SEGMENTS);

    /** From the one host to the other. */
    public RehearsalTransfer(StandInDevice near, StandInDevice far) {
        this.near = near;
        this.far = far;
    }

    /** Runs until enough has arrived, or for some seconds when nothing does; answers how many packets were written. */
    public int run(VpnAddress from, VpnAddress to) {
        int arrived = 0;
        long end = System.nanoTime() + GIVE_UP_NANOS;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(TunDevice.MAX_READ + 6, 16);
            for (int i = 0; arrived < LARGE_PACKETS && System.nanoTime() < end; i++) {
                boolean sent =
                        near.send(buffer, i % 8 == 7 ? sample.udp(buffer, from, to) : sample.tcp(buffer, from, to));
                boolean answered = far.send(buffer, sample.acknowledgement(buffer, to, from));
                int before = arrived;
                while (far.receive(buffer) > 0) {
                    arrived++;
                }
                while (near.receive(buffer) > 0) {
                    answered = true;
                }
                if (!sent || !answered || arrived == before) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
        return arrived;
    }
}
