package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.Vectors;
import dev.pharos.agent.linux.VirtioHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The slow and obvious way: packets built, cut up and checked field by field, two bytes at a time. Segmenter and Coalescer
 * must come to the same bytes.
 */
final class PlainPath {
    private PlainPath() {}

    /** A flow of one protocol between two addresses. */
    record Flow(boolean v4, boolean tcp, int number, byte[] options) {
        int ipLength() {
            return v4 ? 20 : 40;
        }

        int headerLength() {
            return ipLength() + (tcp ? 20 + options.length : 8);
        }
    }

    /** What varies from packet to packet of a flow. */
    record Step(int id, boolean dontFragment, int sequence, int flags, int window) {}

    /** A whole packet with right checksums. */
    static byte[] packet(Flow flow, Step step, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(flow.headerLength() + payload.length);
        if (flow.v4) {
            out.put((byte) 0x45).put((byte) 0).putShort((short) out.capacity());
            out.putShort((short) step.id).putShort((short) (step.dontFragment ? 0x4000 : 0));
            out.put((byte) 64).put((byte) (flow.tcp ? 6 : 17)).putShort((short) 0);
            out.putInt(0x0a2a0001).putInt(0x0a2a0100 + flow.number);
        } else {
            out.putInt(0x60000000).putShort((short) (out.capacity() - 40));
            out.put((byte) (flow.tcp ? 6 : 17)).put((byte) 64);
            out.putLong(0xfd42L << 48).putLong(1).putLong(0xfd42L << 48).putLong(0x100 + flow.number);
        }
        out.putShort((short) (1000 + flow.number)).putShort((short) 443);
        if (flow.tcp) {
            out.putInt(step.sequence)
                    .putInt(77)
                    .put((byte) ((5 + flow.options.length / 4) << 4))
                    .put((byte) step.flags);
            out.putShort((short) step.window)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .put(flow.options);
        } else {
            out.putShort((short) (8 + payload.length)).putShort((short) 0);
        }
        out.put(payload);
        byte[] packet = out.array();
        complete(packet, flow.ipLength(), flow.tcp);
        return packet;
    }

    /** Sets both checksums. */
    static void complete(byte[] packet, int transport, boolean tcp) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        if (packet[0] >> 4 == 4) {
            bytes.putShort(10, (short) 0);
            bytes.putShort(10, (short) ~words(packet, 0, transport, 0));
        }
        int field = transport + (tcp ? 16 : 6);
        bytes.putShort(field, (short) 0);
        int checksum = ~words(packet, transport, packet.length, pseudo(packet, transport, tcp)) & 0xffff;
        bytes.putShort(field, (short) (checksum == 0 && !tcp ? 0xffff : checksum));
    }

    static boolean isRight(byte[] packet, int transport, boolean tcp) {
        return (packet[0] >> 4 != 4 || words(packet, 0, transport, 0) == 0xffff)
                && words(packet, transport, packet.length, pseudo(packet, transport, tcp)) == 0xffff;
    }

    private static int pseudo(byte[] packet, int transport, boolean tcp) {
        int addresses = packet[0] >> 4 == 4 ? words(packet, 12, 20, 0) : words(packet, 8, 40, 0);
        return addresses + (tcp ? 6 : 17) + packet.length - transport;
    }

    private static int words(byte[] bytes, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < to ? bytes[i + 1] & 0xff : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (sum & 0xffff) + (sum >>> 16);
    }

    /** What the kernel puts into the device for a packet too large for it: checksum field not finished, virtio header. */
    static void writeLarge(MemorySegment memory, Flow flow, byte[] packet, int gsoSize) {
        byte[] unfinished = packet.clone();
        int transport = flow.ipLength();
        int field = flow.tcp ? 16 : 6;
        ByteBuffer.wrap(unfinished)
                .putShort(transport + field, (short) words(new byte[0], 0, 0, pseudo(packet, transport, flow.tcp)));
        int type = flow.tcp ? (flow.v4 ? VirtioHeader.GSO_TCP4 : VirtioHeader.GSO_TCP6) : VirtioHeader.GSO_UDP;
        VirtioHeader.writeSegmented(memory, 0, type, flow.headerLength(), gsoSize, transport, field);
        MemorySegment.copy(unfinished, 0, memory, ValueLayout.JAVA_BYTE, VirtioHeader.SIZE, unfinished.length);
    }

    /** What the kernel would read from the pieces. */
    static byte[] gather(MemorySegment vectors, long at, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += Vectors.length(vectors, at + (long) i * Vectors.SIZE);
        }
        byte[] all = new byte[length];
        int filled = 0;
        for (int i = 0; i < count; i++) {
            long vector = at + (long) i * Vectors.SIZE;
            int piece = Vectors.length(vectors, vector);
            MemorySegment memory =
                    MemorySegment.ofAddress(Vectors.address(vectors, vector)).reinterpret(piece);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, all, filled, piece);
            filled += piece;
        }
        return all;
    }

    /** The packets that a packet with its virtio header stands for, as a kernel would cut it up. */
    static List<byte[]> expand(MemorySegment memory, long at, int length) {
        byte[] packet = memory.asSlice(at + VirtioHeader.SIZE, length - VirtioHeader.SIZE)
                .toArray(ValueLayout.JAVA_BYTE);
        int type = VirtioHeader.gsoType(memory, at);
        if (type == VirtioHeader.GSO_NONE) {
            return List.of(packet);
        }
        int transport = VirtioHeader.checksumStart(memory, at);
        boolean tcp = type != VirtioHeader.GSO_UDP;
        int header = transport + (tcp ? (packet[transport + 12] >> 4 & 15) * 4 : 8);
        int size = VirtioHeader.gsoSize(memory, at);
        List<byte[]> packets = new ArrayList<>();
        for (int from = header; from < packet.length; from += size) {
            int payload = Math.min(size, packet.length - from);
            boolean last = from + payload == packet.length;
            ByteBuffer out = ByteBuffer.allocate(header + payload);
            out.put(packet, 0, header).put(packet, from, payload);
            if (packet[0] >> 4 == 4) {
                out.putShort(2, (short) out.capacity());
                out.putShort(4, (short) (out.getShort(4) + packets.size()));
            } else {
                out.putShort(4, (short) (out.capacity() - 40));
            }
            if (tcp) {
                out.putInt(transport + 4, out.getInt(transport + 4) + from - header);
                int flags = out.get(transport + 13);
                flags = last ? flags : flags & ~0x09;
                flags = packets.isEmpty() ? flags : flags & ~0x80;
                out.put(transport + 13, (byte) flags);
            } else {
                out.putShort(transport + 4, (short) (8 + payload));
            }
            complete(out.array(), transport, tcp);
            packets.add(out.array());
        }
        return packets;
    }
}
