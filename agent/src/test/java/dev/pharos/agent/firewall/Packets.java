package dev.pharos.agent.firewall;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.nio.ByteBuffer;

/** IP packets and addresses for tests. */
final class Packets {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int GRE = 47;
    static final int ICMP_V6 = 58;

    private Packets() {}

    static byte[] tcp(String source, int sourcePort, String destination, int destinationPort) {
        return packet(source, destination, TCP, ports(sourcePort, destinationPort));
    }

    static byte[] udp(String source, int sourcePort, String destination, int destinationPort) {
        return packet(source, destination, UDP, ports(sourcePort, destinationPort));
    }

    /** An echo request of the addresses' family. */
    static byte[] ping(String source, String destination, int identifier) {
        boolean v4 = address(source).isV4();
        byte[] echo = ByteBuffer.allocate(8)
                .put((byte) (v4 ? 8 : 128))
                .putShort(4, (short) identifier)
                .array();
        return packet(source, destination, v4 ? ICMP : ICMP_V6, echo);
    }

    static byte[] fragment(String source, String destination, int protocol) {
        if (address(source).isV4()) {
            byte[] packet = packet(source, destination, protocol, new byte[16]);
            packet[7] = 10;
            return packet;
        }
        byte[] header = ByteBuffer.allocate(24)
                .put((byte) protocol)
                .putShort(2, (short) (10 << 3))
                .array();
        return packet(source, destination, 44, header);
    }

    /** IPv4 or IPv6, with the next header given. */
    static byte[] packet(String source, String destination, int protocol, byte[] body) {
        byte[] from = address(source).toBytes();
        byte[] to = address(destination).toBytes();
        if (from.length == 4) {
            return ByteBuffer.allocate(20 + body.length)
                    .put((byte) 0x45)
                    .putShort(2, (short) (20 + body.length))
                    .put(9, (byte) protocol)
                    .put(12, from)
                    .put(16, to)
                    .put(20, body)
                    .array();
        }
        return ByteBuffer.allocate(40 + body.length)
                .put((byte) 0x60)
                .putShort(4, (short) body.length)
                .put(6, (byte) protocol)
                .put(8, from)
                .put(24, to)
                .put(40, body)
                .array();
    }

    static byte[] ports(int source, int destination) {
        return ByteBuffer.allocate(20)
                .putShort((short) source)
                .putShort((short) destination)
                .array();
    }

    static VpnAddress address(String text) {
        try {
            return VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static VpnPrefix prefix(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
