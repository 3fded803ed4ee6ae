package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.Pages;
import dev.pharos.agent.mesh.Tunnel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Authentic packets of peers, on the last stretch: the filter, then the device. Packets stay where they were opened until
 * {@link #flush}; only their headers are copied, to where the filter looks.
 */
final class Inbox {
    /** IPv4 and TCP, each with all its options. */
    private static final int HEADER_V4 = 128;

    private static final int HEADER_V6 = 256;
    private static final int SPILL_BYTES = 1 << 18;

    private final PacketFilter filter;
    private final Outbox outbox;
    private final RejectPacket rejection = new RejectPacket();
    private final byte[] answer = new byte[RejectPacket.MAX_LENGTH];
    private final Delivery delivery;
    private final Counters counters;
    private final byte[] header = new byte[HEADER_V6];

    /** Packets that the mesh hands over lie here until they are written. */
    private final MemorySegment spill;

    private int spilled;

    Inbox(Arena arena, PacketFilter filter, Delivery delivery, Outbox outbox, Counters counters) {
        this.filter = filter;
        this.outbox = outbox;
        this.delivery = delivery;
        this.counters = counters;
        this.spill = Pages.allocate(arena, SPILL_BYTES);
    }

    /** Takes an IP packet that stays as it is until {@link #flush}. */
    void accept(long now, Tunnel from, MemorySegment slab, long at, int length) {
        counters.packetsIn++;
        if (length == 0) {
            counters.malformed++;
            return;
        }
        int most = (slab.get(JAVA_BYTE, at) & 0xf0) == 0x40 ? HEADER_V4 : HEADER_V6;
        int shown = Math.min(length, most);
        Slab.read(slab, at, header, shown);
        if (filter.allowsIn(from, header, 0, shown, now)) {
            delivery.packet(now, from, slab, at, length, header);
        } else {
            counters.refusedIn++;
            tellPeer(now, from, shown, length);
        }
    }

    /** That its packet was refused, if that is wanted. The answer is not judged: our rules are about others. */
    private void tellPeer(long now, Tunnel peer, int shown, int length) {
        int told = filter.tellsPeer() ? rejection.write(header, shown, length, answer) : 0;
        if (told > 0) {
            outbox.sendUnjudged(now, peer, answer, 0, told);
        }
    }

    /**
     * Tells this host that a packet of its own was refused, if that is wanted.
     *
     * @param length of the whole packet, of which the first {@code shown} bytes are there
     */
    void tellHost(long now, byte[] packet, int shown, int length) {
        if (filter.tellsHost()) {
            reject(now, packet, shown, length);
        }
    }

    /** The same of a packet that no route of ours leads anywhere. */
    void tellHostOfNoRoute(long now, byte[] packet, int shown, int length) {
        if (filter.tellsHostOfNoRoute()) {
            reject(now, packet, shown, length);
        }
    }

    private void reject(long now, byte[] packet, int shown, int length) {
        int told = rejection.write(packet, shown, length, answer);
        if (told > 0) {
            int at = spill(answer, 0, told);
            delivery.answer(now, spill, at, told, answer);
        }
    }

    /** Tells this host that a packet of its own is larger than {@code fits} bytes, more than the path carries. */
    void tellTooLarge(long now, Tunnel to, byte[] packet, int shown, int fits) {
        int told = rejection.tooLarge(packet, shown, fits, answer);
        if (told > 0) {
            int at = spill(answer, 0, told);
            delivery.packet(now, to, spill, at, told, answer);
        }
    }

    /** Takes an IP packet that may be overwritten afterwards. */
    void accept(long now, Tunnel from, byte[] packet, int offset, int length) {
        accept(now, from, spill, spill(packet, offset, length), length);
    }

    /** Where the packet now lies. */
    private int spill(byte[] packet, int offset, int length) {
        if (spilled + length > SPILL_BYTES) {
            flush();
        }
        int at = spilled;
        spilled += length;
        MemorySegment.copy(packet, offset, spill, JAVA_BYTE, at, length);
        return at;
    }

    /** Writes what was joined. */
    void flush() {
        delivery.flush();
        spilled = 0;
    }
}
