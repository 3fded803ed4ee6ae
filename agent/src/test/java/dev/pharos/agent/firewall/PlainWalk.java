package dev.pharos.agent.firewall;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the firewall should see in a packet, read field by field as the RFCs have them (791, 8200, 4302, 792, 4443): the
 * oracle of {@link FirewallFuzz}.
 */
record PlainWalk(int protocol, boolean fragment, int localPort, int remotePort) {
    private static final int HEADERS = 8;

    /** Null for what is no packet, or ends too soon. */
    static @Nullable PlainWalk of(Direction direction, byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        try {
            return switch (bytes.get(0) >> 4 & 15) {
                case 4 -> v4(direction, bytes);
                case 6 -> v6(direction, bytes);
                default -> null;
            };
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            return null;
        }
    }

    private static @Nullable PlainWalk v4(Direction direction, ByteBuffer bytes) {
        int header = (bytes.get(0) & 15) * 4;
        int protocol = bytes.get(9) & 255;
        bytes.getInt(16);
        if (header < 20 || header > bytes.limit()) {
            return null;
        }
        if ((bytes.getShort(6) & 0x1fff) != 0) {
            return new PlainWalk(protocol, true, 0, 0);
        }
        ByteBuffer rest = bytes.position(header).slice();
        return protocol == 1
                ? new PlainWalk(1, false, 0, rest.getShort(4) & 0xffff)
                : transport(direction, protocol, rest);
    }

    private static @Nullable PlainWalk v6(Direction direction, ByteBuffer bytes) {
        if (bytes.limit() < 40 || isMapped(bytes, 8) || isMapped(bytes, 24)) {
            return null;
        }
        int next = bytes.get(6) & 255;
        bytes.position(40);
        for (int headers = 0; ; headers++) {
            boolean extension = next == 0 || next == 43 || next == 44 || next == 51 || next == 60;
            if (!extension) {
                return next == 58 ? icmpV6(bytes.slice()) : transport(direction, next, bytes.slice());
            }
            if (headers == HEADERS) {
                return null;
            }
            int kind = next;
            ByteBuffer header = bytes.slice();
            next = header.get(0) & 255;
            int units = header.get(1) & 255;
            if (kind == 44 && (header.getShort(2) & 0xfff8) != 0) {
                header.getLong(0);
                return new PlainWalk(next, true, 0, 0);
            }
            int length = kind == 44 ? 8 : kind == 51 ? (units + 2) * 4 : (units + 1) * 8;
            if (length > header.limit()) {
                return null;
            }
            bytes.position(bytes.position() + length);
        }
    }

    private static boolean isMapped(ByteBuffer bytes, int at) {
        return bytes.getLong(at) == 0 && bytes.getInt(at + 8) == 0xffff;
    }

    private static PlainWalk icmpV6(ByteBuffer message) {
        message.getInt(0);
        int type = message.get(0) & 255;
        boolean echo = type == 128 || type == 129;
        return new PlainWalk(58, false, 0, echo ? message.getShort(4) & 0xffff : 0);
    }

    private static PlainWalk transport(Direction direction, int protocol, ByteBuffer segment) {
        boolean hasPorts = protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 || protocol == 136;
        if (!hasPorts) {
            return new PlainWalk(protocol, false, 0, 0);
        }
        int source = segment.getShort(0) & 0xffff;
        int destination = segment.getShort(2) & 0xffff;
        return direction == Direction.INBOUND
                ? new PlainWalk(protocol, false, destination, source)
                : new PlainWalk(protocol, false, source, destination);
    }
}
