package dev.pharos.agent.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A request being written: the netlink header, a fixed struct, then attributes, each padded to four bytes. */
final class NetlinkMessage {
    private final ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

    NetlinkMessage(int type, int flags) {
        bytes.putInt(0).putShort((short) type).putShort((short) flags).putInt(1).putInt(0);
    }

    NetlinkMessage u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    NetlinkMessage u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    NetlinkMessage u32(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, int value) {
        return attribute(
                type,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    NetlinkMessage attribute(int type, byte[] value) {
        bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    /** An attribute that holds attributes; ended by {@link #end}. */
    int begin(int type) {
        int start = bytes.position();
        bytes.putShort((short) 0).putShort((short) type);
        return start;
    }

    NetlinkMessage end(int start) {
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    byte[] finish() {
        bytes.putInt(0, bytes.position());
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
