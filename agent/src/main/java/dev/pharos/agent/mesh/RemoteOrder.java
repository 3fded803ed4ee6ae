package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Comparator;
import java.util.List;

/**
 * In which order a peer's endpoints are tried: preferred ranges first, IPv6 before IPv4, public before private IPv4,
 * then by address and port (facts, nebula-protocol 7.3).
 */
final class RemoteOrder {
    private static final Comparator<UnderlayEndpoint> BY_VALUE = Comparator.comparing(UnderlayEndpoint::isV4)
            .thenComparing(RemoteOrder::isPrivate)
            .thenComparing(UnderlayEndpoint::high, Long::compareUnsigned)
            .thenComparing(UnderlayEndpoint::low, Long::compareUnsigned)
            .thenComparingInt(UnderlayEndpoint::port);

    private RemoteOrder() {}

    static Comparator<UnderlayEndpoint> preferring(List<VpnPrefix> ranges) {
        return Comparator.comparing((UnderlayEndpoint endpoint) -> !isIn(ranges, endpoint))
                .thenComparing(BY_VALUE);
    }

    static boolean isIn(List<VpnPrefix> ranges, UnderlayEndpoint endpoint) {
        var address = new VpnAddress(endpoint.high(), endpoint.low());
        for (VpnPrefix range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 1918 and the shared space of carriers' NATs. */
    static boolean isPrivate(UnderlayEndpoint endpoint) {
        int v4 = endpoint.v4();
        return endpoint.isV4()
                && (v4 >>> 24 == 10 || v4 >>> 20 == 0xac1 || v4 >>> 16 == 0xc0a8 || (v4 & 0xffc00000) == 0x64400000);
    }

    /** Whether a datagram can be sent there at all. */
    static boolean isUsable(UnderlayEndpoint endpoint) {
        return endpoint.port() != 0 && (endpoint.isV4() ? isUsableV4(endpoint.v4()) : isUsableV6(endpoint));
    }

    private static boolean isUsableV4(int address) {
        boolean multicastOrReserved = address >>> 29 == 0b111;
        return address != 0 && !multicastOrReserved;
    }

    private static boolean isUsableV6(UnderlayEndpoint endpoint) {
        boolean multicast = endpoint.high() >>> 56 == 0xff;
        return (endpoint.high() | endpoint.low()) != 0 && !multicast;
    }
}
