package dev.pharos.agent.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A TUN device that is none: a pair of sockets, of which one end is read and written as a device is, packet by packet, and
 * the other stands for the kernel's network stack. Needs no privileges; the byte path is rehearsed with it.
 */
public final class StandInDevice implements AutoCloseable {
    private final TunDevice device;
    private final int kernel;

    private StandInDevice(TunDevice device, int kernel) {
        this.device = device;
        this.kernel = kernel;
    }

    /** Makes a pair. */
    public static StandInDevice open() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
            int type = Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;
            LinuxException.check(
                    Libc.socketpair(Abi.AF_UNIX, type, pair.address()), "socketpair", "cannot rehearse the byte path");
            TunDevice device = TunDevice.standIn(pair.getAtIndex(ValueLayout.JAVA_INT, 0));
            return new StandInDevice(device, pair.getAtIndex(ValueLayout.JAVA_INT, 1));
        }
    }

    /** The end that is the data plane's, and its to close. */
    public TunDevice device() {
        return device;
    }

    /** Hands the data plane a packet with its virtio header; false when it has not taken the ones before. */
    public boolean send(MemorySegment packet, int length) {
        return Libc.write(kernel, packet.address(), length) == length;
    }

    /** Takes a packet that the data plane has written: its length with the virtio header, or 0 for none. */
    public int receive(MemorySegment buffer) {
        return (int) Math.max(0, Libc.read(kernel, buffer.address(), buffer.byteSize()));
    }

    @Override
    public void close() {
        Libc.close(kernel);
    }
}
