package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import java.nio.ByteBuffer;

/** ICMP echo packets. */
final class Echo {
    private static final int HEADER = 20;

    private Echo() {}

    static byte[] request(VpnAddress from, VpnAddress to, int sequence) {
        byte[] packet = new byte[HEADER + 8 + 8];
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.put((byte) 0x45).put((byte) 0).putShort((short) packet.length);
        bytes.putInt(0).put((byte) 64).put((byte) 1).putShort((short) 0);
        bytes.putInt(from.v4()).putInt(to.v4());
        bytes.put((byte) 8).put((byte) 0).putShort((short) 0);
        bytes.putShort((short) 0x4242).putShort((short) sequence).putLong(sequence);
        bytes.putShort(10, checksum(packet, 0, HEADER));
        bytes.putShort(22, checksum(packet, HEADER, packet.length - HEADER));
        return packet;
    }

    /** The sequence number of an echo reply, -1 for any other packet. */
    static int replySequence(byte[] packet) {
        boolean reply = packet.length >= HEADER + 8 && packet[9] == 1 && packet[HEADER] == 0;
        return reply ? ByteBuffer.wrap(packet).getShort(HEADER + 6) & 0xffff : -1;
    }

    private static short checksum(byte[] bytes, int offset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += (bytes[offset + i] & 0xff) << 8 | (bytes[offset + i + 1] & 0xff);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
