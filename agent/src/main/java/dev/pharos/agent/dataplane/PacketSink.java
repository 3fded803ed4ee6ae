package dev.pharos.agent.dataplane;

import java.lang.foreign.MemorySegment;

/** Where finished packets go, each behind its virtio header. */
interface PacketSink {
    /**
     * Takes one packet that lies in pieces: {@code count} of the struct iovec in {@code vectors} from {@code at} on, the
     * first one beginning with the virtio header.
     *
     * @return whether the packet was taken as it is; false when it was refused as a kernel without the offload does
     */
    boolean write(MemorySegment vectors, long at, int count);

    /** It refused a large packet of that offload, which is lost, and gets none any more. */
    default void givenUp(DataPlaneSettings.Offload offload) {}
}
