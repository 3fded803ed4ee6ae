package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.mesh.Tunnel;
import java.lang.foreign.MemorySegment;

/**
 * The whole network stack of a host without a TUN device: it answers pings (RFC 792, RFC 4443), and nothing else. The
 * answer is made in place and goes back into the tunnel it came from.
 */
final class EchoResponder implements Delivery {
    private static final int ICMP_V6 = 58;
    private static final int REQUEST_V4 = 8;
    private static final int REPLY_V4 = 0;
    private static final int REQUEST_V6 = 128;
    private static final int REPLY_V6 = 129;
    private static final int ICMP_CHECKSUM = 2;
    private static final int ICMP_LENGTH = 8;

    private final Outbox outbox;
    private final byte[] answer = new byte[1 << 16];

    EchoResponder(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void packet(long now, Tunnel from, MemorySegment slab, long at, int length, byte[] header) {
        MemorySegment.copy(slab, JAVA_BYTE, at, answer, 0, length);
        if (turnIntoReply(answer, 0, length)) {
            boolean _ = outbox.send(now, from, answer, 0, length);
        }
    }

    @Override
    public void answer(long now, MemorySegment slab, long at, int length, byte[] header) {
        // Without a device nothing on this host sends packets that could be refused.
    }

    @Override
    public void flush() {
        // Answers wait in the outbox.
    }

    /** False for anything but a whole echo request, which is then as it was. */
    static boolean turnIntoReply(byte[] packet, int ip, int length) {
        if (length >= IpHeader.V4_LENGTH + ICMP_LENGTH && IpHeader.isV4(packet, ip)) {
            return replyV4(packet, ip, length);
        }
        return length >= IpHeader.V6_LENGTH + ICMP_LENGTH && IpHeader.isV6(packet, ip) && replyV6(packet, ip, length);
    }

    private static boolean replyV4(byte[] packet, int ip, int length) {
        int icmp = ip + IpHeader.V4_LENGTH;
        boolean fragment = (BigEndian.u16(packet, ip + IpHeader.V4_FRAGMENT) & ~IpHeader.V4_DONT_FRAGMENT) != 0;
        if (IpHeader.v4HeaderLength(packet, ip) != IpHeader.V4_LENGTH
                || IpHeader.totalLength(packet, ip) != length
                || IpHeader.protocol(packet, ip) != IpHeader.ICMP
                || fragment
                || BigEndian.u8(packet, icmp) != REQUEST_V4) {
            return false;
        }
        int source = BigEndian.i32(packet, ip + IpHeader.V4_SOURCE);
        BigEndian.put32(packet, ip + IpHeader.V4_SOURCE, BigEndian.i32(packet, ip + IpHeader.V4_DESTINATION));
        BigEndian.put32(packet, ip + IpHeader.V4_DESTINATION, source);
        packet[icmp] = REPLY_V4;
        complete(packet, icmp, length - IpHeader.V4_LENGTH, 0);
        return true;
    }

    private static boolean replyV6(byte[] packet, int ip, int length) {
        int icmp = ip + IpHeader.V6_LENGTH;
        if (IpHeader.totalLength(packet, ip) != length
                || IpHeader.protocol(packet, ip) != ICMP_V6
                || BigEndian.u8(packet, icmp) != REQUEST_V6) {
            return false;
        }
        for (int i = 0; i < 16; i += 8) {
            long source = BigEndian.i64(packet, ip + IpHeader.V6_SOURCE + i);
            BigEndian.put64(
                    packet, ip + IpHeader.V6_SOURCE + i, BigEndian.i64(packet, ip + IpHeader.V6_DESTINATION + i));
            BigEndian.put64(packet, ip + IpHeader.V6_DESTINATION + i, source);
        }
        packet[icmp] = (byte) REPLY_V6;
        int icmpLength = length - IpHeader.V6_LENGTH;
        complete(packet, icmp, icmpLength, Checksums.pseudoHeader(packet, ip, ICMP_V6) + Checksums.word(icmpLength));
        return true;
    }

    private static void complete(byte[] packet, int icmp, int length, long pseudoHeader) {
        BigEndian.put16(packet, icmp + ICMP_CHECKSUM, 0);
        BigEndian.put16(
                packet, icmp + ICMP_CHECKSUM, Checksums.finish(pseudoHeader + Checksums.sum(packet, icmp, length)));
    }
}
