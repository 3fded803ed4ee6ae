package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.VirtioHeader;
import dev.pharos.protocol.VpnAddress;
import java.lang.foreign.MemorySegment;

/** Packets as the kernel's network stack hands them over, with a virtio header and an unfinished checksum. */
final class SamplePacket {
    private static final int PORT = 22;
    private static final int TCP_ACKNOWLEDGEMENT = 8;
    private static final int TCP_WINDOW = 14;
    private static final int TCP_URGENT = 18;
    private static final VpnAddress FROM = VpnAddress.ofV4(0x0a2a0002);
    private static final VpnAddress TO = VpnAddress.ofV4(0x0a2a0001);

    private final int payload;
    private final byte[] packet;
    private int sequence;

    /** Large ones stand for so many packets of that payload. */
    SamplePacket(int payload, int segments) {
        this.payload = payload;
        this.packet = new byte[IpHeader.V4_LENGTH + IpHeader.TCP_LENGTH + payload * segments];
        for (int i = 0; i < packet.length; i++) {
            packet[i] = (byte) (i ^ i >> 8);
        }
    }

    /** Writes a large packet; its length with the virtio header. */
    int tcp(MemorySegment buffer) {
        return tcp(buffer, FROM, TO, packet.length);
    }

    int tcp(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        return tcp(buffer, from, to, packet.length);
    }

    /** One without payload. */
    int acknowledgement(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        return tcp(buffer, from, to, IpHeader.V4_LENGTH + IpHeader.TCP_LENGTH);
    }

    private int tcp(MemorySegment buffer, VpnAddress from, VpnAddress to, int length) {
        ip(from, to, IpHeader.TCP, length);
        int tcp = IpHeader.V4_LENGTH;
        BigEndian.put16(packet, tcp, PORT);
        BigEndian.put16(packet, tcp + 2, PORT);
        BigEndian.put32(packet, tcp + IpHeader.TCP_SEQUENCE, sequence);
        BigEndian.put32(packet, tcp + TCP_ACKNOWLEDGEMENT, 1);
        packet[tcp + IpHeader.TCP_DATA_OFFSET] = 5 << 4;
        packet[tcp + IpHeader.TCP_FLAGS] = IpHeader.TCP_ACK;
        BigEndian.put16(packet, tcp + TCP_WINDOW, 500);
        BigEndian.put16(packet, tcp + TCP_URGENT, 0);
        int headers = tcp + IpHeader.TCP_LENGTH;
        sequence += length - headers;
        int gsoType = length > headers ? VirtioHeader.GSO_TCP4 : VirtioHeader.GSO_NONE;
        VirtioHeader.writeSegmented(buffer, 0, gsoType, headers, payload, tcp, IpHeader.TCP_CHECKSUM);
        return finish(buffer, IpHeader.TCP, IpHeader.TCP_CHECKSUM, length);
    }

    /** A single datagram. */
    int udp(MemorySegment buffer) {
        return udp(buffer, FROM, TO);
    }

    int udp(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        int length = IpHeader.V4_LENGTH + IpHeader.UDP_LENGTH + payload;
        ip(from, to, IpHeader.UDP, length);
        int udp = IpHeader.V4_LENGTH;
        BigEndian.put16(packet, udp, PORT);
        BigEndian.put16(packet, udp + 2, PORT);
        BigEndian.put16(packet, udp + IpHeader.UDP_LENGTH_FIELD, length - udp);
        VirtioHeader.writeSegmented(buffer, 0, VirtioHeader.GSO_NONE, 0, 0, udp, IpHeader.UDP_CHECKSUM);
        return finish(buffer, IpHeader.UDP, IpHeader.UDP_CHECKSUM, length);
    }

    /** As many datagrams as a large packet of TCP has segments. */
    int largeUdp(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        int udp = IpHeader.V4_LENGTH;
        int length = packet.length - IpHeader.TCP_LENGTH + IpHeader.UDP_LENGTH;
        ip(from, to, IpHeader.UDP, length);
        BigEndian.put16(packet, udp, PORT);
        BigEndian.put16(packet, udp + 2, PORT);
        BigEndian.put16(packet, udp + IpHeader.UDP_LENGTH_FIELD, length - udp);
        int headers = udp + IpHeader.UDP_LENGTH;
        VirtioHeader.writeSegmented(buffer, 0, VirtioHeader.GSO_UDP, headers, payload, udp, IpHeader.UDP_CHECKSUM);
        return finish(buffer, IpHeader.UDP, IpHeader.UDP_CHECKSUM, length);
    }

    private void ip(VpnAddress from, VpnAddress to, int protocol, int length) {
        packet[0] = 0x45;
        packet[1] = 0;
        BigEndian.put16(packet, IpHeader.V4_ID, 1);
        BigEndian.put16(packet, IpHeader.V4_TOTAL_LENGTH, length);
        BigEndian.put16(packet, IpHeader.V4_FRAGMENT, IpHeader.V4_DONT_FRAGMENT);
        packet[8] = 64;
        packet[IpHeader.V4_PROTOCOL] = (byte) protocol;
        BigEndian.put32(packet, IpHeader.V4_SOURCE, (int) from.low());
        BigEndian.put32(packet, IpHeader.V4_DESTINATION, (int) to.low());
        Checksums.completeIpv4(packet, 0, IpHeader.V4_LENGTH);
    }

    /** The checksum is left to whoever cuts the packet up. */
    private int finish(MemorySegment buffer, int protocol, int field, int length) {
        int transport = IpHeader.V4_LENGTH;
        long pseudo = Checksums.pseudoHeader(packet, 0, protocol) + Checksums.word(length - transport);
        BigEndian.put16(packet, transport + field, Checksums.fold(pseudo));
        MemorySegment.copy(packet, 0, buffer, JAVA_BYTE, VirtioHeader.SIZE, length);
        return VirtioHeader.SIZE + length;
    }
}
