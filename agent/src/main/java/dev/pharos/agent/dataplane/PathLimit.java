package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.mesh.Tunnel;
import java.lang.foreign.MemorySegment;

/**
 * What a path that loses large packets lets through (ADR 0008): how large a packet of ours may be, and what we tell the far
 * end of a new TCP connection about the size of its segments, as it may know nothing of the path.
 */
final class PathLimit {
    /** No packet of IPv6 has to be smaller, so nobody may be told to send smaller ones (RFC 8200, section 5). */
    private static final int LEAST_V6 = 1280;

    private static final int TCP_SYN = 0x02;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOTHING = 1;
    private static final int OPTION_SEGMENT = 2;
    private static final int OPTION_SEGMENT_LENGTH = 4;

    private PathLimit() {}

    /** How large a packet with this IP header may be, in bytes. */
    static int of(Tunnel tunnel, byte[] header) {
        int largest = tunnel.largestPacket();
        return IpHeader.isV4(header, 0) ? largest : Math.max(largest, LEAST_V6);
    }

    /** Lowers the largest segment that a whole packet of {@code length} bytes asks for, if it opens a TCP connection. */
    static void clamp(Tunnel tunnel, MemorySegment memory, long at, int length) {
        if (tunnel.largestPacket() != Integer.MAX_VALUE) {
            clamp(tunnel.largestPacket(), memory, at, length);
        }
    }

    static void clamp(int largest, MemorySegment memory, long at, int length) {
        boolean v4 = (u8(memory, at) & 0xf0) == 0x40;
        int transport = v4 ? (u8(memory, at) & 0xf) * 4 : IpHeader.V6_LENGTH;
        int protocol = u8(memory, at + (v4 ? IpHeader.V4_PROTOCOL : IpHeader.V6_NEXT_HEADER));
        boolean laterFragment = v4 && (u16(memory, at + IpHeader.V4_FRAGMENT) & 0x1fff) != 0;
        if (protocol != IpHeader.TCP
                || laterFragment
                || length < transport + IpHeader.TCP_LENGTH
                || (u8(memory, at + transport + IpHeader.TCP_FLAGS) & TCP_SYN) == 0) {
            return;
        }
        int end = Math.min(length, transport + (u8(memory, at + transport + IpHeader.TCP_DATA_OFFSET) >> 4) * 4);
        int option = transport + IpHeader.TCP_LENGTH;
        while (option < end && u8(memory, at + option) != OPTION_END) {
            int kind = u8(memory, at + option);
            int size = kind == OPTION_NOTHING ? 1 : option + 1 < end ? u8(memory, at + option + 1) : 0;
            if (kind == OPTION_SEGMENT && size == OPTION_SEGMENT_LENGTH && option + size <= end) {
                lower(memory, at + option + 2, largest - transport - IpHeader.TCP_LENGTH, at + transport, option);
            }
            if (size == 0) {
                return;
            }
            option += size;
        }
    }

    /** Writes a smaller value and puts the difference into the checksum (RFC 1624, equation 3). */
    private static void lower(MemorySegment memory, long field, int most, long tcp, int option) {
        int before = u16(memory, field);
        if (before <= most) {
            return;
        }
        Slab.put16(memory, field, most);
        long checksum = tcp + IpHeader.TCP_CHECKSUM;
        int old = option % 2 == 0 ? before : Integer.reverseBytes(before) >>> 16;
        int changed = option % 2 == 0 ? most : Integer.reverseBytes(most) >>> 16;
        int sum = (~u16(memory, checksum) & 0xffff) + (~old & 0xffff) + changed;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        Slab.put16(memory, checksum, ~sum & 0xffff);
    }

    private static int u8(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at) & 0xff;
    }

    private static int u16(MemorySegment memory, long at) {
        return u8(memory, at) << 8 | u8(memory, at + 1);
    }
}
