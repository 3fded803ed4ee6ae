package dev.pharos.agent.names;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names as DNS has them; here always in lower case and without the last dot. */
final class DomainName {
    private static final String REVERSE_V4 = ".in-addr.arpa";
    private static final String REVERSE_V6 = ".ip6.arpa";
    private static final int V4_LABELS = 4;
    private static final int V6_LABELS = 32;

    private DomainName() {}

    static String normal(String name) {
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return plain.toLowerCase(Locale.ROOT);
    }

    static boolean isIn(String name, String zone) {
        return name.equals(zone) || name.endsWith("." + zone);
    }

    /** Labels, each behind its length, and an empty one (RFC 1035 section 3.1). */
    static ByteBuf encode(String name) {
        ByteBuf content = Unpooled.buffer(name.length() + 2);
        for (String label : name.split("[.]", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            content.writeByte(bytes.length).writeBytes(bytes);
        }
        return content.writeByte(0);
    }

    /** The address that a name in {@code in-addr.arpa} or {@code ip6.arpa} stands for (RFC 1035 section 3.5, RFC 3596). */
    static Optional<VpnAddress> reversed(String name) {
        try {
            if (name.endsWith(REVERSE_V4)) {
                return labels(name, REVERSE_V4, V4_LABELS).map(octets -> {
                    byte[] address = new byte[V4_LABELS];
                    for (int i = 0; i < V4_LABELS; i++) {
                        int octet = Integer.parseInt(octets.get(i));
                        if (octet < 0 || octet > 255) {
                            throw new NumberFormatException(octets.get(i));
                        }
                        address[i] = (byte) octet;
                    }
                    return VpnAddress.of(address);
                });
            }
            return name.endsWith(REVERSE_V6)
                    ? labels(name, REVERSE_V6, V6_LABELS)
                            .map(digits -> VpnAddress.of(HexFormat.of().parseHex(String.join("", digits))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> labels(String name, String suffix, int wanted) {
        List<String> labels =
                Arrays.asList(name.substring(0, name.length() - suffix.length()).split("[.]", -1));
        return labels.size() == wanted ? Optional.of(labels.reversed()) : Optional.empty();
    }

    /** The zone of the addresses in a range, or the nearest one that holds it: by octets, or by hexadecimal digits. */
    static String reverseZone(VpnPrefix range) {
        byte[] address = range.masked().address().toBytes();
        List<String> labels = new ArrayList<>();
        if (range.address().isV4()) {
            for (int i = 0; i < range.length() / 8; i++) {
                labels.add(Integer.toString(Byte.toUnsignedInt(address[i])));
            }
        } else {
            String digits = HexFormat.of().formatHex(address);
            for (int i = 0; i < range.length() / 4; i++) {
                labels.add(digits.substring(i, i + 1));
            }
        }
        String zone = range.address().isV4() ? REVERSE_V4 : REVERSE_V6;
        return labels.isEmpty() ? zone.substring(1) : String.join(".", labels.reversed()) + zone;
    }
}
