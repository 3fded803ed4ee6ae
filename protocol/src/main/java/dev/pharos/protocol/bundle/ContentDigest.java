package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/** The {@code Content-Digest} header (RFC 9530) with the one algorithm that is used here. */
public final class ContentDigest {
    public static final String HEADER = "Content-Digest";

    private static final String PREFIX = "sha-256=:";
    private static final int MAX_CHARS = 1024;

    private ContentDigest() {}

    /** The header's value for a body, which may be empty. */
    public static String of(byte[] body) {
        return PREFIX + Base64.getEncoder().encodeToString(Digest.sha256(body)) + ":";
    }

    /**
     * Whether the header's value is that of this body. Other algorithms beside SHA-256 are ignored, as RFC 9530 has it.
     *
     * @throws MalformedException when the value holds no SHA-256
     */
    public static boolean matches(String headerValue, byte[] body) throws MalformedException {
        if (headerValue.length() > MAX_CHARS) {
            throw new MalformedException("Content-Digest: too long");
        }
        byte[] expected = Digest.sha256(body);
        String member = Arrays.stream(headerValue.split(",", -1))
                .map(String::strip)
                .filter(each -> each.startsWith(PREFIX) && each.endsWith(":") && each.length() > PREFIX.length())
                .reduce((first, second) -> second)
                .orElseThrow(() -> new MalformedException("Content-Digest: no sha-256 in it"));
        try {
            byte[] given = Base64.getDecoder().decode(member.substring(PREFIX.length(), member.length() - 1));
            return MessageDigest.isEqual(given, expected);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("Content-Digest: not base64", e);
        }
    }
}
