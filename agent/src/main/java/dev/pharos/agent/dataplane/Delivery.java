package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.Tunnel;
import java.lang.foreign.MemorySegment;

/** Where packets go that came out of a tunnel and were allowed. */
interface Delivery {
    /**
     * Takes an IP packet, which stays as it is until {@link #flush}.
     *
     * @param header the first bytes of it, at least as many as its IP and transport headers have
     */
    void packet(long now, Tunnel from, MemorySegment slab, long at, int length, byte[] header);

    /** Takes an answer of our own to what this host sent; it stays as it is until {@link #flush}. */
    void answer(long now, MemorySegment slab, long at, int length, byte[] header);

    /** Lets go of what is still held. */
    void flush();

    /** To the TUN device. */
    record ToDevice(Coalescer coalescer) implements Delivery {
        @Override
        public void packet(long now, Tunnel from, MemorySegment slab, long at, int length, byte[] header) {
            coalescer.add(slab, at, length, header);
        }

        @Override
        public void answer(long now, MemorySegment slab, long at, int length, byte[] header) {
            coalescer.add(slab, at, length, header);
        }

        @Override
        public void flush() {
            coalescer.flush();
        }
    }
}
