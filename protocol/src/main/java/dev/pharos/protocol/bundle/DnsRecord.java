package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Names in a network's zone that are no hosts'.
 *
 * @param name without the zone, {@code printer} or {@code www.shop}
 * @param data addresses, texts, or for a CNAME one other name in the zone
 * @param ttl how long an answer may be remembered, seconds
 */
public record DnsRecord(String name, RecordType type, List<String> data, int ttl) {
    public static final int MAX_DATA = 16;
    public static final int MAX_TTL = 86_400;

    /** Where nobody says anything else. */
    public static final int TTL = 300;

    /** As many bytes as fit an answer by UDP with some others. */
    public static final int MAX_TEXT = 1000;

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final String NAME = LABEL + "([.]" + LABEL + ")*";
    private static final int MAX_NAME = 150;

    public DnsRecord {
        name = name.toLowerCase(Locale.ROOT);
        data = List.copyOf(data);
    }

    /** Whether that can be a name in a zone. */
    public static boolean isName(String text) {
        return text.length() <= MAX_NAME && text.toLowerCase(Locale.ROOT).matches(NAME);
    }

    /** Whether that can be said by a record of the type. */
    public static boolean isData(RecordType type, String text) {
        return switch (type) {
            case A -> isAddress(text, true);
            case AAAA -> isAddress(text, false);
            case CNAME -> isName(text);
            case TXT -> text.getBytes(StandardCharsets.UTF_8).length <= MAX_TEXT;
        };
    }

    private static boolean isAddress(String text, boolean v4) {
        try {
            return VpnAddress.parse(text).isV4() == v4;
        } catch (MalformedException e) {
            return false;
        }
    }
}
