package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.protocol.VpnAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/**
 * What kernels' network stacks do to two hosts between which files are copied: connections begin and end, large TCP packets
 * go one way and single acknowledgements the other, with datagrams of UDP in between, some of which nobody wants.
 *
 * <p>All of that comes early and again and again, and not one kind after the other. What the compiler has not seen it leaves
 * out, and the first packet that needs it throws away the compiled byte path, for a second in the middle of somebody's
 * transfer.
 */
public final class RehearsalTransfer {
    /** To each packet of a transfer. */
    public static final int SINGLES = 4;

    private static final int PAYLOAD = 1248;
    private static final int SEGMENTS = 46;
    private static final int FIRST_PORT = 40_000;

    /** Steps of a connection. */
    private static final int STEPS = 48;

    private static final VpnAddress NOWHERE = VpnAddress.ofV4(0x0a63_0001);
    private static final long GIVE_UP_NANOS = 20_000_000_000L;
    private static final long PAUSE_NANOS = 50_000;
    private static final long REST_NANOS = 1_000_000;

    /** How long a single packet is waited for, and how long between two looks for it. */
    private static final long PATIENCE_NANOS = 1_000_000;

    private static final long GLANCE_NANOS = 10_000;

    /** A host: its device and its overlay address. */
    public record Host(StandInDevice device, VpnAddress address) {}

    private final Host one;
    private final Host other;
    private final SamplePacket[] connections = {new SamplePacket(PAYLOAD, SEGMENTS), new SamplePacket(PAYLOAD, SEGMENTS)
    };

    public RehearsalTransfer(Host one, Host other) {
        this.one = one;
        this.other = other;
    }

    /**
     * Runs until {@code large} packets of a transfer have arrived, large ones counted as one, and {@link #SINGLES} times as
     * many single ones, or for some seconds each when none do; answers how many did.
     */
    public int run(int large) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(TunDevice.MAX_READ + 6, 16);
            return repeat(large, i -> transfer(i, buffer)) + repeat(SINGLES * large, i -> converse(i, buffer));
        }
    }

    private static int repeat(int wanted, IntUnaryOperator each) {
        int arrived = 0;
        long end = System.nanoTime() + GIVE_UP_NANOS;
        for (int i = 0; arrived < wanted && System.nanoTime() < end; i++) {
            arrived += each.applyAsInt(i);
        }
        return arrived;
    }

    private int transfer(int i, MemorySegment buffer) {
        boolean there = i / STEPS % 4 != 3;
        int taken = step(i, buffer, there ? one : other, there ? other : one);
        if (taken == 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return taken;
    }

    /**
     * A single packet, which the next one waits for, as with pings and keystrokes: only so is the way once round an event loop,
     * which a transfer takes for many packets at a time, worth compiling.
     */
    private int converse(int i, MemorySegment buffer) {
        boolean there = i % 2 == 0;
        Host near = there ? one : other;
        Host far = there ? other : one;
        SamplePacket sample = connections[0];
        int length = i / 2 % 2 == 0
                ? sample.echo(buffer, near.address(), far.address())
                : sample.acknowledgement(buffer, near.address(), far.address());
        near.device().send(buffer, length);
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end) {
            if (far.device().receive(buffer) > 0) {
                return 1;
            }
            LockSupport.parkNanos(GLANCE_NANOS);
        }
        return 0;
    }

    /** Sends a packet there and an acknowledgement back, and takes what has arrived: how much that was at the far end. */
    private int step(int i, MemorySegment buffer, Host near, Host far) {
        boolean sent = near.device().send(buffer, packet(i, buffer, near.address(), far.address()));
        SamplePacket sample = connection(i);
        sent &= far.device().send(buffer, sample.acknowledgement(buffer, far.address(), near.address()));
        if (i % STEPS == STEPS / 2) {
            LockSupport.parkNanos(REST_NANOS);
        }
        int taken = 0;
        while (far.device().receive(buffer) > 0) {
            taken++;
        }
        while (near.device().receive(buffer) > 0) {
            sent = true;
        }
        return sent ? taken : 0;
    }

    private int packet(int i, MemorySegment buffer, VpnAddress from, VpnAddress to) {
        SamplePacket sample = connection(i);
        return switch (i % STEPS) {
            case 0, 1 -> {
                sample.connect(FIRST_PORT + i % 10_000);
                yield sample.opening(buffer, from, to);
            }
            case 7, 17, 37 -> sample.udp(buffer, from, to);
            case 9 -> sample.refused(buffer, from, to);
            case 11 -> sample.udp(buffer, from, NOWHERE);
            case 13, 33 -> sample.largeUdp(buffer, from, to);
            case 15 -> sample.echo(buffer, from, to);
            case STEPS - 4, STEPS - 3 -> sample.last(buffer, from, to, PAYLOAD / 3 + i / STEPS % 4);
            case STEPS - 2, STEPS - 1 -> sample.closing(buffer, from, to);
            default -> sample.tcp(buffer, from, to);
        };
    }

    /** Every second time two connections take turns, else one comes after the other. */
    private SamplePacket connection(int i) {
        boolean turns = i / STEPS % 2 == 1;
        return connections[turns ? i % 2 : i % STEPS < STEPS / 2 ? 0 : 1];
    }
}
