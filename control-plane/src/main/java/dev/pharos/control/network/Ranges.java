package dev.pharos.control.network;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The overlay addresses of a network: an IPv4 range, an IPv6 range, or both, IPv4 first. Every host has an address of each.
 *
 * @param all one or two, masked
 */
public record Ranges(List<VpnPrefix> all) {
    /** Instead of an IPv6 range: one of the network's own, which nobody else has (RFC 4193, section 3.2). */
    static final String OWN_RANGE = "ula";

    private static final SecureRandom RANDOM = new SecureRandom();

    public Ranges {
        all = all.stream().map(VpnPrefix::masked).toList();
        if (all.isEmpty() || all.size() > 2) {
            throw new IllegalArgumentException("a network has one or two ranges");
        }
    }

    /** The one whose addresses hosts are known by, of IPv4 where there is one. */
    public VpnPrefix primary() {
        return all.getFirst();
    }

    Optional<VpnPrefix> second() {
        return all.stream().skip(1).findFirst();
    }

    public boolean hasV4() {
        return primary().address().isV4();
    }

    /** The range of an address's family. */
    public Optional<VpnPrefix> ofFamily(VpnAddress address) {
        return all.stream()
                .filter(range -> range.address().isV4() == address.isV4())
                .findFirst();
    }

    /** An address with the length of its range, as certificates and devices have it. */
    public VpnPrefix within(VpnAddress address) {
        return new VpnPrefix(
                address,
                ofFamily(address)
                        .orElseThrow(() -> new IllegalStateException(address + " is of a family without a range"))
                        .length());
    }

    /** As a request says it: one of a family, {@value #OWN_RANGE} for an IPv6 range that is made now. */
    static Ranges parse(String field, List<String> texts) {
        if (texts.isEmpty() || texts.size() > 2) {
            throw Problem.field(field, "must be one or two: an IPv4 range, an IPv6 range or both");
        }
        List<VpnPrefix> ranges = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            ranges.add(parseOne(texts.size() == 1 ? field : field + "[" + i + "]", texts.get(i)));
        }
        ranges.sort(null);
        if (ranges.size() == 2
                && ranges.getFirst().address().isV4()
                        == ranges.getLast().address().isV4()) {
            throw Problem.field(field, "must be one of each family at most");
        }
        return new Ranges(ranges);
    }

    private static VpnPrefix parseOne(String field, String text) {
        if (text.equals(OWN_RANGE)) {
            long globalId = RANDOM.nextLong() & 0xff_ffff_ffffL;
            return new VpnPrefix(new VpnAddress(0xfd00L << 48 | globalId << 16, 0), 64);
        }
        try {
            VpnPrefix range = VpnPrefix.parse(text);
            boolean good = range.address().isV4() ? isUsableV4(range) : isUsableV6(range);
            if (good) {
                return range.masked();
            }
        } catch (MalformedException e) {
            throw wrong(field);
        }
        throw wrong(field);
    }

    private static Problem wrong(String field) {
        return Problem.field(
                field,
                "must be an IPv4 range of length 8 to 30 like 10.42.0.0/24, an IPv6 range of length 64 to 120 like"
                        + " fd42::/64, or " + OWN_RANGE);
    }

    /** With room for two hosts at least. */
    private static boolean isUsableV4(VpnPrefix range) {
        return range.length() >= 8 && range.length() <= 30 && range.address().v4() != 0;
    }

    /** Global or unique local unicast (RFC 4291, section 2.4). */
    private static boolean isUsableV6(VpnPrefix range) {
        long top = range.address().high() >>> 48;
        return range.length() >= 64 && range.length() <= 120 && (top >>> 13 == 1 || top >>> 9 == 0xfc >>> 1);
    }
}
