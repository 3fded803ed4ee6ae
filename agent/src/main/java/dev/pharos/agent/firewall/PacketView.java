package dev.pharos.agent.firewall;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What the firewall looks at in one IP packet, from this host's point of view: addresses in halves (IPv4 mapped, as in
 * {@code VpnAddress}), ports, protocol, and whether it is a fragment but the first. One object is filled again and again.
 *
 * <p>ICMP messages have their identifier as remote port, so pings are tracked one by one. Protocols without ports have 0.
 */
final class PacketView {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP_V6 = 58;

    private static final int DCCP = 33;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;

    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final long V4_PREFIX = 0xffffL << 32;
    private static final int V4_FRAGMENT_OFFSET = 0x1fff;

    private static final int ECHO_REQUEST_V6 = 128;
    private static final int ECHO_REPLY_V6 = 129;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final ExtensionHeaders headers = new ExtensionHeaders();

    long localHigh;
    long localLow;
    long remoteHigh;
    long remoteLow;
    int localPort;
    int remotePort;
    int protocol;
    boolean fragment;

    /** False when it is no IP packet or ends before its ports; the fields mean nothing then. */
    boolean read(Direction direction, byte[] buffer, int offset, int length) {
        if (length < V4_HEADER) {
            return false;
        }
        return switch (buffer[offset] >> 4 & 0xf) {
            case 4 -> readV4(direction, buffer, offset, length);
            case 6 -> readV6(direction, buffer, offset, length);
            default -> false;
        };
    }

    /** As the first packet of a flow would. */
    void fill(Flow flow) {
        localHigh = flow.local().high();
        localLow = flow.local().low();
        remoteHigh = flow.remote().high();
        remoteLow = flow.remote().low();
        localPort = flow.localPort();
        remotePort = flow.remotePort();
        protocol = flow.protocol();
        fragment = false;
    }

    private boolean readV4(Direction direction, byte[] buffer, int offset, int length) {
        int header = (buffer[offset] & 0xf) << 2;
        if (header < V4_HEADER || header > length) {
            return false;
        }
        fragment = (u16(buffer, offset + 6) & V4_FRAGMENT_OFFSET) != 0;
        protocol = u8(buffer, offset + 9);
        addresses(direction, 0, v4(buffer, offset + 12), 0, v4(buffer, offset + 16));
        if (fragment) {
            return ports(direction, 0, 0);
        }
        return protocol == ICMP
                ? icmpIdentifier(buffer, offset + header, length - header)
                : transport(direction, buffer, offset + header, length - header);
    }

    private boolean readV6(Direction direction, byte[] buffer, int offset, int length) {
        if (length < V6_HEADER) {
            return false;
        }
        long sourceHigh = (long) LONG.get(buffer, offset + 8);
        long sourceLow = (long) LONG.get(buffer, offset + 16);
        long destinationHigh = (long) LONG.get(buffer, offset + 24);
        long destinationLow = (long) LONG.get(buffer, offset + 32);
        if (isV4(sourceHigh, sourceLow) || isV4(destinationHigh, destinationLow)) {
            // Here a mapped address stands for IPv4; on the wire it must not pass for it.
            return false;
        }
        addresses(direction, sourceHigh, sourceLow, destinationHigh, destinationLow);
        if (!headers.walk(buffer, offset, length)) {
            return false;
        }
        protocol = headers.protocol();
        fragment = headers.isLaterFragment();
        return fragment
                ? ports(direction, 0, 0)
                : upper(direction, buffer, offset + headers.upper(), length - headers.upper());
    }

    private boolean upper(Direction direction, byte[] buffer, int at, int length) {
        if (protocol != ICMP_V6) {
            return transport(direction, buffer, at, length);
        }
        if (length < 4) {
            return false;
        }
        int type = u8(buffer, at);
        if (type == ECHO_REQUEST_V6 || type == ECHO_REPLY_V6) {
            return icmpIdentifier(buffer, at, length);
        }
        localPort = 0;
        remotePort = 0;
        return true;
    }

    private boolean icmpIdentifier(byte[] buffer, int at, int length) {
        if (length < 6) {
            return false;
        }
        localPort = 0;
        remotePort = u16(buffer, at + 4);
        return true;
    }

    private boolean transport(Direction direction, byte[] buffer, int at, int length) {
        return switch (protocol) {
            case TCP, UDP, DCCP, SCTP, UDP_LITE ->
                length >= 4 && ports(direction, u16(buffer, at), u16(buffer, at + 2));
            default -> ports(direction, 0, 0);
        };
    }

    private boolean ports(Direction direction, int source, int destination) {
        localPort = direction == Direction.INBOUND ? destination : source;
        remotePort = direction == Direction.INBOUND ? source : destination;
        return true;
    }

    private void addresses(
            Direction direction, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        boolean inbound = direction == Direction.INBOUND;
        localHigh = inbound ? destinationHigh : sourceHigh;
        localLow = inbound ? destinationLow : sourceLow;
        remoteHigh = inbound ? sourceHigh : destinationHigh;
        remoteLow = inbound ? sourceLow : destinationLow;
    }

    private static int u8(byte[] buffer, int at) {
        return buffer[at] & 0xff;
    }

    private static int u16(byte[] buffer, int at) {
        return (short) SHORT.get(buffer, at) & 0xffff;
    }

    private static boolean isV4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    private static long v4(byte[] buffer, int at) {
        return V4_PREFIX | Integer.toUnsignedLong((int) INT.get(buffer, at));
    }
}
