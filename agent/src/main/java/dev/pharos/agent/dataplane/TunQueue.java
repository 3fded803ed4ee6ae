package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.linux.Errno;
import dev.pharos.agent.linux.Pages;
import dev.pharos.agent.linux.TunDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The TUN device as the loop sees it: one large packet read at a time, finished ones written. */
final class TunQueue implements PacketSink {
    /** Nothing to read. */
    static final int EMPTY = 0;

    private final TunDevice device;
    private final MemorySegment readBuffer;
    private final Counters counters;
    private final Offloads offloads;

    TunQueue(Arena arena, TunDevice device, Counters counters, Offloads offloads) {
        this.device = device;
        this.counters = counters;
        this.offloads = offloads;
        this.readBuffer = Pages.allocate(arena, TunDevice.MAX_READ + 6);
    }

    int fd() {
        return device.fd();
    }

    /** What {@link #read} reads into, the virtio header first. */
    MemorySegment readBuffer() {
        return readBuffer;
    }

    /** Reads one packet: its length with the virtio header, or {@link #EMPTY}. */
    int read() {
        int result = device.read(readBuffer.address(), TunDevice.MAX_READ);
        if (result > 0) {
            counters.tunReads++;
            return result;
        }
        return EMPTY;
    }

    @Override
    public boolean write(MemorySegment vectors, long at, int count) {
        int result = device.write(vectors.address() + at, count);
        if (result >= 0) {
            counters.tunWrites++;
            return true;
        }
        counters.tunWriteErrors++;
        return result != -Errno.EINVAL;
    }

    @Override
    public void givenUp(Offload offload) {
        offloads.failed(offload, "the device refused a large packet");
    }
}
