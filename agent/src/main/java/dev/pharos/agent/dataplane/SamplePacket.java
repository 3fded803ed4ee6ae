package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.VirtioHeader;
import dev.pharos.protocol.VpnAddress;
import java.lang.foreign.MemorySegment;

/** Packets as the kernel's network stack hands them over, with a virtio header and an unfinished checksum. */
final class SamplePacket {
    private static final int PORT = 22;
    private static final int REFUSED_PORT = 9;
    private static final int TCP_ACKNOWLEDGEMENT = 8;
    private static final int TCP_WINDOW = 14;
    private static final int TCP_URGENT = 18;
    private static final int TCP_SYN = 0x02;

    /** With time stamps, as Linux sends them. */
    private static final int TCP_HEADER = IpHeader.TCP_LENGTH + 12;

    private static final int ECHO_BYTES = 64;
    private static final int ECHO_REQUEST = 8;

    private static final int OPENING_HEADER = IpHeader.TCP_LENGTH + 4;
    private static final int OPTION_MSS = 0x0204_0000;
    private static final int OPTION_TIME_STAMPS = 0x0101_080a;
    private static final VpnAddress FROM = VpnAddress.ofV4(0x0a2a0002);
    private static final VpnAddress TO = VpnAddress.ofV4(0x0a2a0001);

    private final int payload;
    private final byte[] packet;
    private int port = PORT;
    private int sequence;

    /** Large ones stand for so many packets of that payload. */
    SamplePacket(int payload, int segments) {
        this.payload = payload;
        this.packet = new byte[IpHeader.V4_LENGTH + TCP_HEADER + payload * segments];
        for (int i = 0; i < packet.length; i++) {
            packet[i] = (byte) (i ^ i >> 8);
        }
    }

    /** Begins another connection, from that port to the service. */
    void connect(int from) {
        port = from;
        sequence = 0;
    }

    /** Writes a large packet; its length with the virtio header. */
    int tcp(MemorySegment buffer) {
        return tcp(buffer, FROM, TO);
    }

    int tcp(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        return data(buffer, from, to, packet.length - IpHeader.V4_LENGTH - TCP_HEADER, IpHeader.TCP_ACK);
    }

    /** The last bytes of what there is to send, fewer than fill a packet. */
    int last(MemorySegment buffer, VpnAddress from, VpnAddress to, int bytes) {
        return data(buffer, from, to, bytes, IpHeader.TCP_ACK | IpHeader.TCP_PSH);
    }

    /** What ends the connection. */
    int closing(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        return data(buffer, from, to, 0, IpHeader.TCP_ACK | IpHeader.TCP_FIN);
    }

    /** A ping, whose checksum is its sender's work; nobody looks at it here. */
    int echo(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        int length = IpHeader.V4_LENGTH + ECHO_BYTES;
        ip(from, to, IpHeader.ICMP, length);
        packet[IpHeader.V4_LENGTH] = ECHO_REQUEST;
        VirtioHeader.writePlain(buffer, 0);
        MemorySegment.copy(packet, 0, buffer, JAVA_BYTE, VirtioHeader.SIZE, length);
        return VirtioHeader.SIZE + length;
    }

    /** What opens the connection. */
    int opening(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        int length = IpHeader.V4_LENGTH + OPENING_HEADER;
        tcpHeader(from, to, port, PORT, TCP_SYN, OPENING_HEADER, length);
        BigEndian.put32(packet, IpHeader.V4_LENGTH + IpHeader.TCP_LENGTH, OPTION_MSS | payload);
        return whole(buffer, length);
    }

    /** The receiver's, without payload. */
    int acknowledgement(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        int length = IpHeader.V4_LENGTH + TCP_HEADER;
        tcpHeader(from, to, PORT, port, IpHeader.TCP_ACK, TCP_HEADER, length);
        timeStamps();
        return whole(buffer, length);
    }

    private int data(MemorySegment buffer, VpnAddress from, VpnAddress to, int bytes, int flags) {
        int headers = IpHeader.V4_LENGTH + TCP_HEADER;
        tcpHeader(from, to, port, PORT, flags, TCP_HEADER, headers + bytes);
        timeStamps();
        sequence += bytes;
        if (bytes <= payload) {
            return whole(buffer, headers + bytes);
        }
        VirtioHeader.writeSegmented(
                buffer, 0, VirtioHeader.GSO_TCP4, headers, payload, IpHeader.V4_LENGTH, IpHeader.TCP_CHECKSUM);
        return finish(buffer, IpHeader.TCP, IpHeader.TCP_CHECKSUM, headers + bytes);
    }

    private int whole(MemorySegment buffer, int length) {
        VirtioHeader.writeSegmented(buffer, 0, VirtioHeader.GSO_NONE, 0, 0, IpHeader.V4_LENGTH, IpHeader.TCP_CHECKSUM);
        return finish(buffer, IpHeader.TCP, IpHeader.TCP_CHECKSUM, length);
    }

    private void tcpHeader(
            VpnAddress from, VpnAddress to, int source, int destination, int flags, int header, int length) {
        ip(from, to, IpHeader.TCP, length);
        int tcp = IpHeader.V4_LENGTH;
        BigEndian.put16(packet, tcp, source);
        BigEndian.put16(packet, tcp + 2, destination);
        BigEndian.put32(packet, tcp + IpHeader.TCP_SEQUENCE, sequence);
        BigEndian.put32(packet, tcp + TCP_ACKNOWLEDGEMENT, 1);
        packet[tcp + IpHeader.TCP_DATA_OFFSET] = (byte) ((header / 4) << 4);
        packet[tcp + IpHeader.TCP_FLAGS] = (byte) flags;
        BigEndian.put16(packet, tcp + TCP_WINDOW, 500);
        BigEndian.put16(packet, tcp + TCP_URGENT, 0);
    }

    private void timeStamps() {
        int options = IpHeader.V4_LENGTH + IpHeader.TCP_LENGTH;
        BigEndian.put32(packet, options, OPTION_TIME_STAMPS);
        BigEndian.put32(packet, options + 4, sequence >>> 20);
        BigEndian.put32(packet, options + 8, 1);
    }

    /** A single datagram. */
    int udp(MemorySegment buffer) {
        return udp(buffer, FROM, TO);
    }

    int udp(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        return udp(buffer, from, to, PORT);
    }

    /** One for which nobody has a rule. */
    int refused(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        return udp(buffer, from, to, REFUSED_PORT);
    }

    private int udp(MemorySegment buffer, VpnAddress from, VpnAddress to, int destination) {
        int length = IpHeader.V4_LENGTH + IpHeader.UDP_LENGTH + payload;
        udpHeader(from, to, destination, length);
        VirtioHeader.writeSegmented(buffer, 0, VirtioHeader.GSO_NONE, 0, 0, IpHeader.V4_LENGTH, IpHeader.UDP_CHECKSUM);
        return finish(buffer, IpHeader.UDP, IpHeader.UDP_CHECKSUM, length);
    }

    /** As many datagrams as a large packet of TCP has segments. */
    int largeUdp(MemorySegment buffer, VpnAddress from, VpnAddress to) {
        int headers = IpHeader.V4_LENGTH + IpHeader.UDP_LENGTH;
        int length = packet.length - TCP_HEADER + IpHeader.UDP_LENGTH;
        udpHeader(from, to, PORT, length);
        VirtioHeader.writeSegmented(
                buffer, 0, VirtioHeader.GSO_UDP, headers, payload, IpHeader.V4_LENGTH, IpHeader.UDP_CHECKSUM);
        return finish(buffer, IpHeader.UDP, IpHeader.UDP_CHECKSUM, length);
    }

    private void udpHeader(VpnAddress from, VpnAddress to, int destination, int length) {
        ip(from, to, IpHeader.UDP, length);
        int udp = IpHeader.V4_LENGTH;
        BigEndian.put16(packet, udp, port);
        BigEndian.put16(packet, udp + 2, destination);
        BigEndian.put16(packet, udp + IpHeader.UDP_LENGTH_FIELD, length - udp);
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
