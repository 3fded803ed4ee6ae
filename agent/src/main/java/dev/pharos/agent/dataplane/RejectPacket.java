package dev.pharos.agent.dataplane;

import static dev.pharos.agent.dataplane.BigEndian.i32;
import static dev.pharos.agent.dataplane.BigEndian.put16;
import static dev.pharos.agent.dataplane.BigEndian.put32;
import static dev.pharos.agent.dataplane.BigEndian.u16;
import static dev.pharos.agent.dataplane.BigEndian.u8;

import dev.pharos.agent.firewall.ExtensionHeaders;

/**
 * What tells the sender of a packet that the firewall refused it: for TCP a reset (RFC 9293, 3.10.7.1), for everything else
 * an ICMP message that communication is administratively prohibited (RFC 792 with RFC 1812, 5.2.7.1: type 3, code 13; RFC
 * 4443, 3.1: type 1, code 1). Nothing answers a reset, an ICMP error, a later fragment, or what was not sent from one host
 * to one other: two firewalls could keep each other busy, and one packet could bring many.
 */
final class RejectPacket {
    /** Bytes of the longest one. */
    static final int MAX_LENGTH = 512;

    /** So much of an IPv6 packet is sent back, if it is there. */
    private static final int QUOTED_V6 = MAX_LENGTH - IpHeader.V6_LENGTH - 8;

    /** Of IPv4, its header and so much more (RFC 792). */
    private static final int QUOTED_V4 = 8;

    private static final int NONE = 0;
    private static final int ICMP_V6 = 58;
    private static final int ICMP_LENGTH = 8;
    private static final int HOPS = 64;
    private static final int TCP_ACKNOWLEDGEMENT = 8;
    private static final int TCP_SYN = 0x02;
    private static final int TCP_RST = 0x04;

    private final ExtensionHeaders headers = new ExtensionHeaders();

    /**
     * Writes the answer to a packet of {@code length} bytes, of which only the first {@code shown} are in {@code packet}.
     *
     * @param out room for {@link #MAX_LENGTH} bytes
     * @return bytes of the answer; 0 when there is to be none
     */
    int write(byte[] packet, int shown, int length, byte[] out) {
        if (shown >= IpHeader.V4_LENGTH && IpHeader.isV4(packet, 0)) {
            return answerV4(packet, shown, length, out);
        }
        if (shown >= IpHeader.V6_LENGTH && IpHeader.isV6(packet, 0)) {
            return answerV6(packet, shown, length, out);
        }
        return NONE;
    }

    /**
     * Writes that a packet, of which the first {@code shown} bytes are in {@code packet}, is too large for the way it has to
     * go (RFC 1191, section 4; RFC 4443, 3.2).
     *
     * @param fits bytes that are not
     * @param out room for {@link #MAX_LENGTH} bytes
     * @return bytes of the answer; 0 when there is to be none
     */
    int tooLarge(byte[] packet, int shown, int fits, byte[] out) {
        if (shown >= IpHeader.V4_LENGTH && IpHeader.isV4(packet, 0)) {
            int transport = IpHeader.v4HeaderLength(packet, 0);
            if (!hasSenderV4(packet, transport, shown)
                    || (IpHeader.protocol(packet, 0) == IpHeader.ICMP && isErrorV4(packet, transport, shown))) {
                return NONE;
            }
            int quoted = Math.min(shown, transport + QUOTED_V4);
            return completeV4(packet, false, error(packet, quoted, 3, 4, fits, out, IpHeader.V4_LENGTH), out);
        }
        if (shown >= IpHeader.V6_LENGTH && IpHeader.isV6(packet, 0)) {
            if (!hasSenderV6(packet, shown)
                    || (headers.protocol() == ICMP_V6 && isErrorV6(packet, headers.upper(), shown))) {
                return NONE;
            }
            int quoted = Math.min(shown, QUOTED_V6);
            return completeV6(packet, false, error(packet, quoted, 2, 0, fits, out, IpHeader.V6_LENGTH), out);
        }
        return NONE;
    }

    /** Whether the packet is whole, or its beginning, and came from one host to one other. */
    private static boolean hasSenderV4(byte[] packet, int transport, int shown) {
        boolean laterFragment = (u16(packet, IpHeader.V4_FRAGMENT) & 0x1fff) != 0;
        return transport >= IpHeader.V4_LENGTH
                && transport <= shown
                && !laterFragment
                && isOneHost(i32(packet, IpHeader.V4_SOURCE))
                && isOneHost(i32(packet, IpHeader.V4_DESTINATION));
    }

    private boolean hasSenderV6(byte[] packet, int shown) {
        return headers.walk(packet, 0, shown)
                && !headers.isLaterFragment()
                && !isMulticastV6(packet, IpHeader.V6_DESTINATION)
                && !isMulticastV6(packet, IpHeader.V6_SOURCE)
                && (BigEndian.i64(packet, IpHeader.V6_SOURCE) != 0
                        || BigEndian.i64(packet, IpHeader.V6_SOURCE + 8) != 0);
    }

    private static int answerV4(byte[] packet, int shown, int length, byte[] out) {
        int transport = IpHeader.v4HeaderLength(packet, 0);
        if (!hasSenderV4(packet, transport, shown)) {
            return NONE;
        }
        int protocol = IpHeader.protocol(packet, 0);
        int body;
        if (protocol == IpHeader.TCP) {
            body = reset(packet, transport, shown, length, out, IpHeader.V4_LENGTH);
        } else if (protocol == IpHeader.ICMP && isErrorV4(packet, transport, shown)) {
            return NONE;
        } else {
            body = error(packet, Math.min(shown, transport + QUOTED_V4), 3, 13, 0, out, IpHeader.V4_LENGTH);
        }
        return body == NONE ? NONE : completeV4(packet, protocol == IpHeader.TCP, body, out);
    }

    private int answerV6(byte[] packet, int shown, int length, byte[] out) {
        if (!hasSenderV6(packet, shown)) {
            return NONE;
        }
        int transport = headers.upper();
        boolean tcp = headers.protocol() == IpHeader.TCP;
        int body;
        if (tcp) {
            body = reset(packet, transport, shown, length, out, IpHeader.V6_LENGTH);
        } else if (headers.protocol() == ICMP_V6 && isErrorV6(packet, transport, shown)) {
            return NONE;
        } else {
            body = error(packet, Math.min(shown, QUOTED_V6), 1, 1, 0, out, IpHeader.V6_LENGTH);
        }
        return body == NONE ? NONE : completeV6(packet, tcp, body, out);
    }

    private static boolean isOneHost(int address) {
        int first = address >>> 24;
        return first != 0 && first < 224;
    }

    private static boolean isMulticastV6(byte[] packet, int at) {
        return u8(packet, at) == 0xff;
    }

    private static boolean isErrorV4(byte[] packet, int icmp, int shown) {
        if (shown == icmp) {
            return true;
        }
        return switch (u8(packet, icmp)) {
            case 3, 4, 5, 11, 12 -> true;
            default -> false;
        };
    }

    /** Errors have numbers below 128; a redirect is none, and yet nothing to be answered (RFC 4443, 2.4). */
    private static boolean isErrorV6(byte[] packet, int icmp, int shown) {
        return shown == icmp || u8(packet, icmp) < 128 || u8(packet, icmp) == 137;
    }

    /** A reset that the sender takes for that of the other end; or {@link #NONE}. */
    private static int reset(byte[] packet, int tcp, int shown, int length, byte[] out, int at) {
        if (tcp + IpHeader.TCP_LENGTH > shown) {
            return NONE;
        }
        int flags = u8(packet, tcp + IpHeader.TCP_FLAGS);
        int data = length - tcp - IpHeader.tcpHeaderLength(packet, tcp);
        if ((flags & TCP_RST) != 0 || data < 0) {
            return NONE;
        }
        put16(out, at, u16(packet, tcp + 2));
        put16(out, at + 2, u16(packet, tcp));
        if ((flags & IpHeader.TCP_ACK) != 0) {
            put32(out, at + IpHeader.TCP_SEQUENCE, i32(packet, tcp + TCP_ACKNOWLEDGEMENT));
            put32(out, at + TCP_ACKNOWLEDGEMENT, 0);
            out[at + IpHeader.TCP_FLAGS] = TCP_RST;
        } else {
            int counted = ((flags & TCP_SYN) != 0 ? 1 : 0) + ((flags & IpHeader.TCP_FIN) != 0 ? 1 : 0);
            put32(out, at + IpHeader.TCP_SEQUENCE, 0);
            put32(out, at + TCP_ACKNOWLEDGEMENT, i32(packet, tcp + IpHeader.TCP_SEQUENCE) + counted + data);
            out[at + IpHeader.TCP_FLAGS] = TCP_RST | IpHeader.TCP_ACK;
        }
        out[at + IpHeader.TCP_DATA_OFFSET] = (IpHeader.TCP_LENGTH / 4) << 4;
        put16(out, at + 14, 0);
        put32(out, at + IpHeader.TCP_CHECKSUM, 0);
        return IpHeader.TCP_LENGTH;
    }

    private static int error(byte[] packet, int quoted, int type, int code, int more, byte[] out, int at) {
        put16(out, at, type << 8 | code);
        put16(out, at + 2, 0);
        put32(out, at + 4, more);
        System.arraycopy(packet, 0, out, at + ICMP_LENGTH, quoted);
        return ICMP_LENGTH + quoted;
    }

    private static int completeV4(byte[] packet, boolean tcp, int body, byte[] out) {
        put16(out, 0, 0x4500);
        put16(out, IpHeader.V4_TOTAL_LENGTH, IpHeader.V4_LENGTH + body);
        put32(out, IpHeader.V4_ID, 0);
        put16(out, 8, HOPS << 8 | (tcp ? IpHeader.TCP : IpHeader.ICMP));
        put32(out, IpHeader.V4_SOURCE, i32(packet, IpHeader.V4_DESTINATION));
        put32(out, IpHeader.V4_DESTINATION, i32(packet, IpHeader.V4_SOURCE));
        Checksums.completeIpv4(out, 0, IpHeader.V4_LENGTH);
        if (tcp) {
            completeTcp(out, IpHeader.V4_LENGTH);
        } else {
            put16(out, IpHeader.V4_LENGTH + 2, Checksums.finish(Checksums.sum(out, IpHeader.V4_LENGTH, body)));
        }
        return IpHeader.V4_LENGTH + body;
    }

    private static int completeV6(byte[] packet, boolean tcp, int body, byte[] out) {
        put32(out, 0, 6 << 28);
        put16(out, IpHeader.V6_PAYLOAD_LENGTH, body);
        put16(out, IpHeader.V6_NEXT_HEADER, (tcp ? IpHeader.TCP : ICMP_V6) << 8 | HOPS);
        System.arraycopy(packet, IpHeader.V6_DESTINATION, out, IpHeader.V6_SOURCE, 16);
        System.arraycopy(packet, IpHeader.V6_SOURCE, out, IpHeader.V6_DESTINATION, 16);
        if (tcp) {
            completeTcp(out, IpHeader.V6_LENGTH);
        } else {
            long pseudo = Checksums.pseudoHeader(out, 0, ICMP_V6) + Checksums.word(body);
            put16(out, IpHeader.V6_LENGTH + 2, Checksums.finish(pseudo + Checksums.sum(out, IpHeader.V6_LENGTH, body)));
        }
        return IpHeader.V6_LENGTH + body;
    }

    private static void completeTcp(byte[] out, int tcp) {
        long pseudo = Checksums.pseudoHeader(out, 0, IpHeader.TCP) + Checksums.word(IpHeader.TCP_LENGTH);
        put16(
                out,
                tcp + IpHeader.TCP_CHECKSUM,
                Checksums.finish(pseudo + Checksums.sum(out, tcp, IpHeader.TCP_LENGTH)));
    }
}
