package dev.pharos.protocol.bundle;

/**
 * What of a request its signature covers, beside the body's digest (RFC 9421 section 2.2).
 *
 * @param method in upper case
 * @param path as sent, not decoded, beginning with a slash
 * @param query with its question mark, as sent; {@code ?} alone when there is none
 */
public record RequestTarget(String method, String path, String query) {
    public RequestTarget {
        requirePlain(method);
        requirePlain(path);
        requirePlain(query);
        if (!path.startsWith("/") || !query.startsWith("?")) {
            throw new IllegalArgumentException("a path begins with a slash, a query with a question mark");
        }
    }

    /** From a raw path and a raw query without question mark; an empty or absent query is the same. */
    public static RequestTarget of(String method, String rawPath, String rawQuery) {
        return new RequestTarget(method, rawPath, "?" + rawQuery);
    }

    /** A line feed in a component could forge the next line of the signature base. */
    private static void requirePlain(String component) {
        if (!component.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("a request's method, path and query are visible ASCII");
        }
    }
}
