package dev.pharos.agent.dataplane;

import java.lang.foreign.MemorySegment;

/** Where finished packets go, each behind its virtio header. */
interface PacketSink {
    /** @return whether the packet was taken as it is; false when it was refused as a kernel without the offload does */
    boolean write(MemorySegment memory, long at, int length);
}
