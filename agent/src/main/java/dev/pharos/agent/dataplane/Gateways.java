package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.GatewayRoute.Gateway;
import dev.pharos.protocol.VpnAddress;
import java.math.BigInteger;
import java.util.List;

/**
 * The gateways of one route. A flow's hash, 31 bits, falls into the share of one of them: hash-threshold mapping (RFC 2992)
 * with shares as Nebula cuts them, so that a flow takes the same gateway on every implementation.
 */
final class Gateways {
    /** The destination is a peer. */
    static final Gateways ITSELF = new Gateways(List.of());

    /** There is no way. */
    static final Gateways NONE = new Gateways(List.of());

    /** Whether packets can be sent to a gateway now. */
    @FunctionalInterface
    interface Reach {
        boolean answers(VpnAddress gateway);
    }

    private final VpnAddress[] addresses;

    /** The last hash of each gateway's share. */
    private final int[] bounds;

    Gateways(List<Gateway> gateways) {
        addresses = gateways.stream().map(Gateway::address).toArray(VpnAddress[]::new);
        bounds = new int[addresses.length];
        long total = gateways.stream().mapToLong(Gateway::weight).sum();
        long sum = 0;
        for (int i = 0; i < bounds.length; i++) {
            sum += gateways.get(i).weight();
            bounds[i] = bound(sum, total);
        }
    }

    /** One less than {@code sum / total} of 2^31, to the nearest. */
    private static int bound(long sum, long total) {
        BigInteger shares = BigInteger.valueOf(sum).shiftLeft(31).add(BigInteger.valueOf(total / 2));
        return shares.divide(BigInteger.valueOf(total)).subtract(BigInteger.ONE).intValueExact();
    }

    boolean isSingle() {
        return addresses.length == 1;
    }

    /** The gateway whose share the hash falls into. */
    VpnAddress of(int hash) {
        int i = 0;
        while (i < bounds.length - 1 && hash > bounds[i]) {
            i++;
        }
        return addresses[i];
    }

    /**
     * The gateway for a flow: that of its share if it can be reached, else the first other one that can, else that of its
     * share.
     */
    VpnAddress choose(int hash, Reach reach) {
        VpnAddress wanted = of(hash);
        if (addresses.length == 1 || reach.answers(wanted)) {
            return wanted;
        }
        for (VpnAddress other : addresses) {
            if (!other.equals(wanted) && reach.answers(other)) {
                return other;
            }
        }
        return wanted;
    }
}
