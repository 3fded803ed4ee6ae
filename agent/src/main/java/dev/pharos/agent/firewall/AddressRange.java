package dev.pharos.agent.firewall;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Collection;

/** A {@link VpnPrefix} that answers for addresses in halves, without an object for each packet. */
record AddressRange(long high, long low, long highMask, long lowMask, boolean v4) {
    static AddressRange of(VpnPrefix prefix) {
        int length = prefix.address().isV4() ? prefix.length() + 96 : prefix.length();
        long highMask = mask(Math.min(length, 64));
        long lowMask = mask(Math.max(length - 64, 0));
        VpnAddress address = prefix.address();
        return new AddressRange(address.high() & highMask, address.low() & lowMask, highMask, lowMask, address.isV4());
    }

    static AddressRange[] of(Collection<VpnPrefix> prefixes) {
        return prefixes.stream().map(AddressRange::of).toArray(AddressRange[]::new);
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    boolean contains(long otherHigh, long otherLow) {
        return (otherHigh & highMask) == high
                && (otherLow & lowMask) == low
                && v4 == (otherHigh == 0 && otherLow >>> 32 == 0xffff);
    }

    /** How this range is ordered to the one of its length, by first address, in which the address lies. */
    int compareToContained(long otherHigh, long otherLow) {
        int order = Long.compare(high, otherHigh & highMask);
        return order != 0 ? order : Long.compare(low, otherLow & lowMask);
    }

    static boolean anyContains(AddressRange[] ranges, long high, long low) {
        for (AddressRange range : ranges) {
            if (range.contains(high, low)) {
                return true;
            }
        }
        return false;
    }
}
