package dev.pharos.agent.dataplane;

import static dev.pharos.agent.dataplane.BigEndian.u16;
import static dev.pharos.agent.dataplane.BigEndian.u8;

/** Where things lie in IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293) and UDP (RFC 768) headers, in bytes. */
final class IpHeader {
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP = 1;

    static final int V4_LENGTH = 20;
    static final int V4_TOTAL_LENGTH = 2;
    static final int V4_ID = 4;
    static final int V4_FRAGMENT = 6;
    static final int V4_PROTOCOL = 9;
    static final int V4_CHECKSUM = 10;
    static final int V4_SOURCE = 12;
    static final int V4_DESTINATION = 16;
    static final int V4_DONT_FRAGMENT = 0x4000;

    static final int V6_LENGTH = 40;
    static final int V6_PAYLOAD_LENGTH = 4;
    static final int V6_NEXT_HEADER = 6;
    static final int V6_SOURCE = 8;
    static final int V6_DESTINATION = 24;

    static final int TCP_LENGTH = 20;
    static final int TCP_SEQUENCE = 4;
    static final int TCP_DATA_OFFSET = 12;
    static final int TCP_FLAGS = 13;
    static final int TCP_CHECKSUM = 16;
    static final int TCP_FIN = 0x01;
    static final int TCP_PSH = 0x08;
    static final int TCP_ACK = 0x10;
    static final int TCP_CWR = 0x80;

    static final int UDP_LENGTH = 8;
    static final int UDP_LENGTH_FIELD = 4;
    static final int UDP_CHECKSUM = 6;

    private IpHeader() {}

    static boolean isV4(byte[] bytes, int ip) {
        return (bytes[ip] & 0xf0) == 0x40;
    }

    static boolean isV6(byte[] bytes, int ip) {
        return (bytes[ip] & 0xf0) == 0x60;
    }

    static int protocol(byte[] bytes, int ip) {
        return u8(bytes, ip + (isV4(bytes, ip) ? V4_PROTOCOL : V6_NEXT_HEADER));
    }

    static int v4HeaderLength(byte[] bytes, int ip) {
        return (bytes[ip] & 0x0f) * 4;
    }

    /** The packet's length as its header has it. */
    static int totalLength(byte[] bytes, int ip) {
        return isV4(bytes, ip) ? u16(bytes, ip + V4_TOTAL_LENGTH) : u16(bytes, ip + V6_PAYLOAD_LENGTH) + V6_LENGTH;
    }

    static int tcpHeaderLength(byte[] bytes, int tcp) {
        return (u8(bytes, tcp + TCP_DATA_OFFSET) >> 4) * 4;
    }
}
