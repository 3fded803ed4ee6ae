package dev.pharos.control.host;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Collection;
import java.util.Set;
import org.springframework.http.HttpStatus;

/**
 * Which addresses of a range are free. Its first and last belong to nobody: in IPv4 they are the network and the broadcast,
 * in IPv6 the first is the routers' (RFC 4291, section 2.6.1). The part that tells hosts apart has 64 bits at most.
 */
record AddressPlan(VpnPrefix range, Set<String> used) {
    AddressPlan(VpnPrefix range, Collection<String> used) {
        this(range, Set.copyOf(used));
    }

    /** Its lowest host. */
    static VpnAddress firstOf(VpnPrefix range) {
        VpnAddress base = range.masked().address();
        return new VpnAddress(base.high(), base.low() + 1);
    }

    VpnAddress claim(String field, VpnAddress address) {
        boolean inside = range.contains(address)
                && Long.compareUnsigned(address.low(), firstOf(range).low()) >= 0
                && Long.compareUnsigned(address.low(), last()) <= 0;
        if (!inside) {
            throw Problem.field(field, "must be a host's address in " + range);
        }
        if (used.contains(address.toString())) {
            throw new Problem(HttpStatus.CONFLICT, "address-taken", "the address " + address + " is taken", field);
        }
        return address;
    }

    VpnAddress lowestFree() {
        VpnAddress first = firstOf(range);
        for (long low = first.low(); Long.compareUnsigned(low, last()) <= 0; low++) {
            VpnAddress candidate = new VpnAddress(first.high(), low);
            if (!used.contains(candidate.toString())) {
                return candidate;
            }
        }
        throw new Problem(HttpStatus.CONFLICT, "range-full", "every address of " + range + " is taken");
    }

    private long last() {
        int hostBits = range.address().bits() - range.length();
        long hostMask = hostBits >= 64 ? -1L : (1L << hostBits) - 1;
        return (range.masked().address().low() | hostMask) - 1;
    }
}
