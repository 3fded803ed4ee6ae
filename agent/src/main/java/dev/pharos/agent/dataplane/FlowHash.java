package dev.pharos.agent.dataplane;

/**
 * The hash by which flows are spread over gateways: 31 bits of an outgoing packet's ports, mixed as Nebula mixes them. The
 * addresses take no part. A flow without ports counts as from 0 to 0, a ping as from 0 to its identifier.
 */
final class FlowHash {
    private static final int ICMP_V6 = 58;
    private static final int ICMP_IDENTIFIER = 4;

    private FlowHash() {}

    /**
     * Of the packet at {@code ip}.
     *
     * @param length bytes there, at least the IP header
     */
    static int of(byte[] packet, int ip, int length) {
        return mix(ports(packet, ip, ip + length));
    }

    /** A bijection of 32 bits of good avalanche (hash-prospector, "16 21f0aaad 15 d35a2d97 15"), without its sign. */
    static int mix(int ports) {
        int x = ports;
        x = (x ^ x >>> 16) * 0x21f0aaad;
        x = (x ^ x >>> 15) * 0xd35a2d97;
        return (x ^ x >>> 15) & Integer.MAX_VALUE;
    }

    private static int ports(byte[] packet, int ip, int end) {
        boolean v4 = IpHeader.isV4(packet, ip);
        int transport = ip + (v4 ? IpHeader.v4HeaderLength(packet, ip) : IpHeader.V6_LENGTH);
        boolean laterFragment = v4 && (BigEndian.u16(packet, ip + IpHeader.V4_FRAGMENT) & 0x1fff) != 0;
        if (laterFragment || end - transport < ICMP_IDENTIFIER + 2) {
            return 0;
        }
        return switch (IpHeader.protocol(packet, ip)) {
            case IpHeader.TCP, IpHeader.UDP -> BigEndian.i32(packet, transport);
            case IpHeader.ICMP, ICMP_V6 ->
                isEcho(packet, transport) ? BigEndian.u16(packet, transport + ICMP_IDENTIFIER) : 0;
            default -> 0;
        };
    }

    private static boolean isEcho(byte[] packet, int icmp) {
        return switch (BigEndian.u8(packet, icmp)) {
            case 0, 8, 128, 129 -> true;
            default -> false;
        };
    }
}
