package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.Tunnel;

/** Authentic packets of peers, on the last stretch: the filter, then the device. */
final class Inbox {
    private final PacketFilter filter;
    private final Delivery delivery;
    private final Counters counters;

    Inbox(PacketFilter filter, Delivery delivery, Counters counters) {
        this.filter = filter;
        this.delivery = delivery;
        this.counters = counters;
    }

    void accept(long now, Tunnel from, byte[] packet, int offset, int length) {
        counters.packetsIn++;
        if (filter.allowsIn(from, packet, offset, length, now)) {
            delivery.packet(now, from, packet, offset, length);
        } else {
            counters.refusedIn++;
        }
    }

    /** Writes what was joined. */
    void flush() {
        delivery.flush();
    }
}
