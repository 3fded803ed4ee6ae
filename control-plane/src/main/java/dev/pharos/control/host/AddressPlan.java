package dev.pharos.control.host;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Collection;
import java.util.Set;
import org.springframework.http.HttpStatus;

/** Which addresses of an IPv4 range are free; its first and last belong to nobody. */
record AddressPlan(VpnPrefix range, Set<String> used) {
    AddressPlan(VpnPrefix range, Collection<String> used) {
        this(range, Set.copyOf(used));
    }

    VpnAddress claim(String field, String text) {
        VpnAddress address;
        try {
            address = VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw Problem.field(field, "must be an address like " + VpnAddress.ofV4(first()));
        }
        boolean inside = range.contains(address)
                && Integer.compareUnsigned(address.v4(), first()) >= 0
                && Integer.compareUnsigned(address.v4(), last()) <= 0;
        if (!inside) {
            throw Problem.field(field, "must be a host's address in " + range);
        }
        if (used.contains(address.toString())) {
            throw new Problem(HttpStatus.CONFLICT, "address-taken", "the address " + address + " is taken", field);
        }
        return address;
    }

    VpnAddress lowestFree() {
        for (int address = first(); Integer.compareUnsigned(address, last()) <= 0; address++) {
            VpnAddress candidate = VpnAddress.ofV4(address);
            if (!used.contains(candidate.toString())) {
                return candidate;
            }
        }
        throw new Problem(HttpStatus.CONFLICT, "range-full", "every address of " + range + " is taken");
    }

    private int first() {
        return range.masked().address().v4() + 1;
    }

    private int last() {
        return range.masked().address().v4() + (int) (0xffff_ffffL >>> range.length()) - 1;
    }
}
