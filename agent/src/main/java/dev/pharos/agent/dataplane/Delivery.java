package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.Tunnel;

/** Where packets go that came out of a tunnel and were allowed. */
interface Delivery {
    /** Takes an IP packet, which may be overwritten afterwards. */
    void packet(long now, Tunnel from, byte[] packet, int offset, int length);

    /** Lets go of what is still held. */
    void flush();

    /** To the TUN device. */
    record ToDevice(Coalescer coalescer) implements Delivery {
        @Override
        public void packet(long now, Tunnel from, byte[] packet, int offset, int length) {
            coalescer.add(packet, offset, length);
        }

        @Override
        public void flush() {
            coalescer.flush();
        }
    }
}
