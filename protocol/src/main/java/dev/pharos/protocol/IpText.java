package dev.pharos.protocol;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses as two longs and as text. An IPv4 address is held v4-mapped ({@code ::ffff:a.b.c.d}), which is also how
 * Nebula's messages carry it, so a pair of longs says its own family.
 */
final class IpText {
    /** The JDK also reads {@code 10.1} as {@code 10.0.0.1}; nobody means that in a configuration. */
    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    static final long V4_PREFIX = 0xffffL << 32;

    private IpText() {}

    record Halves(long high, long low) {}

    static boolean isV4(long high, long low) {
        return high == 0 && (low >>> 32) == 0xffff;
    }

    /** Reads a literal; never asks a resolver. Empty for anything that is not a plain IPv4 or IPv6 literal. */
    static Optional<Halves> parse(String text) {
        boolean literal = text.indexOf(':') < 0
                ? DOTTED_QUAD.matcher(text).matches()
                : text.length() <= 45 && text.indexOf('%') < 0;
        if (!literal) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(InetAddress.ofLiteral(text).getAddress()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Halves of(byte[] address) {
        if (address.length == 4) {
            return new Halves(
                    0,
                    V4_PREFIX | Integer.toUnsignedLong(ByteBuffer.wrap(address).getInt()));
        }
        if (address.length == 16) {
            ByteBuffer bytes = ByteBuffer.wrap(address);
            return new Halves(bytes.getLong(), bytes.getLong());
        }
        throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + address.length);
    }

    static byte[] bytes(long high, long low) {
        return isV4(high, low)
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    static InetAddress inetAddress(long high, long low) {
        try {
            return InetAddress.getByAddress(bytes(high, low));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }

    /** RFC 5952: lower case, the longest run of at least two zero groups folded, the first one on a tie. */
    static String format(long high, long low) {
        if (isV4(high, low)) {
            return (low >>> 24 & 255) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i & 3))) & 0xffff;
        }
        Run run = longestZeroRun(groups);
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == run.start) {
                text.append("::");
                i += run.length - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    private record Run(int start, int length) {}

    private static Run longestZeroRun(int[] groups) {
        Run best = new Run(-1, 1);
        int start = 0;
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] != 0) {
                start = i + 1;
            } else if (i + 1 - start > best.length) {
                best = new Run(start, i + 1 - start);
            }
        }
        return best;
    }
}
