package dev.pharos.agent.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Certificates as {@code nebula-cert print} has them, to the byte: keys sorted, and an absent list is {@code []} in
 * version 1 and {@code null} in version 2.
 */
public final class CertificateJson {
    /** A map cannot hold null where it is meant. */
    private static final Object NULL = new Object();

    private CertificateJson() {}

    /** On one line. */
    public static String array(List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        write(text, certificates.stream().map(CertificateJson::fields).toList(), -1);
        return text.toString();
    }

    /** One certificate on one line. */
    public static String compact(Certificate certificate) {
        StringBuilder text = new StringBuilder();
        write(text, fields(certificate), -1);
        return text.toString();
    }

    /** One certificate on many lines, indented by tabs. */
    public static String indented(Certificate certificate) {
        StringBuilder text = new StringBuilder();
        write(text, fields(certificate), 0);
        return text.toString();
    }

    private static Map<String, Object> fields(Certificate certificate) {
        CertificateVersion version = certificate.version();
        Map<String, Object> details = new TreeMap<>();
        details.put("name", certificate.name());
        details.put("networks", list(version, certificate.networks()));
        details.put("unsafeNetworks", list(version, certificate.unsafeNetworks()));
        details.put("groups", list(version, certificate.groups()));
        details.put("notBefore", certificate.notBefore().toString());
        details.put("notAfter", certificate.notAfter().toString());
        details.put("isCa", certificate.isCa());
        details.put("issuer", certificate.issuer().map(Fingerprint::hex).orElse(""));
        Map<String, Object> all = new TreeMap<>();
        Map<String, Object> holder = switch (version) {
            case V1 -> details;
            case V2 -> all;
        };
        holder.put("publicKey", HexFormat.of().formatHex(certificate.publicKey().toBytes()));
        holder.put("curve", certificate.curve().name());
        all.put("details", details);
        all.put("version", version.number());
        all.put("fingerprint", certificate.fingerprint().hex());
        all.put("signature", HexFormat.of().formatHex(certificate.signature()));
        return all;
    }

    private static Object list(CertificateVersion version, List<?> values) {
        return switch (version) {
            case V1 -> values;
            case V2 -> values.isEmpty() ? NULL : values;
        };
    }

    /** @param depth of indentation; negative for none at all */
    private static void write(StringBuilder text, Object value, int depth) {
        if (value == NULL) {
            text.append("null");
        } else if (value instanceof Map<?, ?> map) {
            block(text, '{', '}', List.copyOf(map.entrySet()), depth);
        } else if (value instanceof List<?> list) {
            block(text, '[', ']', list, depth);
        } else if (value instanceof Map.Entry<?, ?> entry) {
            quote(text, String.valueOf(entry.getKey()));
            text.append(depth < 0 ? ":" : ": ");
            write(text, entry.getValue(), depth);
        } else if (value instanceof Boolean || value instanceof Integer) {
            text.append(value);
        } else {
            quote(text, value.toString());
        }
    }

    private static void block(StringBuilder text, char open, char close, List<?> items, int depth) {
        text.append(open);
        String separator = "";
        int inner = depth < 0 ? depth : depth + 1;
        for (Object item : items) {
            text.append(separator);
            line(text, inner);
            write(text, item, inner);
            separator = ",";
        }
        if (!items.isEmpty()) {
            line(text, depth);
        }
        text.append(close);
    }

    private static void line(StringBuilder text, int depth) {
        if (depth >= 0) {
            text.append('\n').repeat('\t', depth);
        }
    }

    /** As Go does it: also what would end a script element in HTML is written as a number. */
    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> number(text, c);
                default -> {
                    if (c < ' ') {
                        number(text, c);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static void number(StringBuilder text, char c) {
        text.append("\\u").append(HexFormat.of().toHexDigits(c));
    }
}
