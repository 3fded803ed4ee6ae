package dev.pharos.agent.dataplane;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import org.jspecify.annotations.Nullable;

/** The addresses met lately, as objects: so that a flow's packets do not make a new one each. */
final class AddressCache {
    private static final int SIZE = 1024;
    private static final long V4_MAPPED = 0xffffL << 32;

    private final @Nullable VpnAddress[] addresses = new VpnAddress[SIZE];
    private final @Nullable UnderlayEndpoint[] endpoints = new UnderlayEndpoint[SIZE];

    /** The destination of the IP packet at {@code ip}, whose header is known to be there. */
    VpnAddress destination(byte[] packet, int ip) {
        return IpHeader.isV4(packet, ip)
                ? address(0, V4_MAPPED | (BigEndian.i32(packet, ip + IpHeader.V4_DESTINATION) & 0xffffffffL))
                : address(
                        BigEndian.i64(packet, ip + IpHeader.V6_DESTINATION),
                        BigEndian.i64(packet, ip + IpHeader.V6_DESTINATION + 8));
    }

    private VpnAddress address(long high, long low) {
        int slot = slot(high, low);
        VpnAddress known = addresses[slot];
        if (known != null && known.low() == low && known.high() == high) {
            return known;
        }
        VpnAddress fresh = new VpnAddress(high, low);
        addresses[slot] = fresh;
        return fresh;
    }

    UnderlayEndpoint endpoint(long high, long low, int port) {
        int slot = slot(high, low + port);
        UnderlayEndpoint known = endpoints[slot];
        if (known != null && known.low() == low && known.port() == port && known.high() == high) {
            return known;
        }
        UnderlayEndpoint fresh = new UnderlayEndpoint(high, low, port);
        endpoints[slot] = fresh;
        return fresh;
    }

    private static int slot(long high, long low) {
        long mixed = (high ^ low) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 54);
    }
}
