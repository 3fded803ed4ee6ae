package dev.pharos.control.host;

import dev.pharos.control.api.Problem;
import dev.pharos.control.network.Ranges;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Overlay addresses that somebody asks for, one of each family at most.
 *
 * @param field of the request, for problems
 */
public record WantedAddresses(String field, List<String> texts) {
    /** Whichever are free. */
    public static final WantedAddresses ANY = new WantedAddresses("address", List.of());

    public WantedAddresses {
        texts = List.copyOf(texts);
    }

    /** Of a request's {@code address} or its {@code addresses}. */
    static WantedAddresses of(@Nullable String address, @Nullable List<String> addresses) {
        return of("", address, addresses);
    }

    /** The same, where the two are within another field: {@code host.} */
    public static WantedAddresses of(String within, @Nullable String address, @Nullable List<String> addresses) {
        if (address != null && addresses != null) {
            throw Problem.field(within + "addresses", "must not be there beside address");
        }
        if (addresses != null) {
            return new WantedAddresses(within + "addresses", addresses);
        }
        return new WantedAddresses(within + "address", address == null ? List.of() : List.of(address));
    }

    boolean none() {
        return texts.isEmpty();
    }

    /** By the range that each is for; refuses what is no address, of a family without a range, or of a family named twice. */
    Map<VpnPrefix, VpnAddress> within(Ranges ranges) {
        Map<VpnPrefix, VpnAddress> wanted = new HashMap<>();
        for (String text : texts) {
            VpnAddress address = parse(text, ranges);
            VpnPrefix range = ranges.ofFamily(address)
                    .orElseThrow(() -> Problem.field(field, "must be a host's address in " + ranges.primary()));
            if (wanted.put(range, address) != null) {
                throw Problem.field(field, "must name one address of each family at most");
            }
        }
        return wanted;
    }

    private VpnAddress parse(String text, Ranges ranges) {
        try {
            return VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw Problem.field(field, "must be an address like " + AddressPlan.firstOf(ranges.primary()));
        }
    }
}
