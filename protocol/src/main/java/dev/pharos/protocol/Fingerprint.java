package dev.pharos.protocol;

import java.util.HexFormat;

/**
 * The SHA-256 by which a certificate is known, as 64 lower-case hexadecimal digits (facts, nebula-protocol 12 and 13).
 */
public record Fingerprint(String hex) {
    public Fingerprint {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a fingerprint is 64 lower-case hexadecimal digits");
        }
    }

    /** From the 32 bytes of the digest. */
    public static Fingerprint of(byte[] digest) {
        return new Fingerprint(HexFormat.of().formatHex(digest));
    }

    /**
     * Parses 64 hexadecimal digits of either case.
     *
     * @throws MalformedException when it is anything else
     */
    public static Fingerprint parse(String text) throws MalformedException {
        if (!text.matches("[0-9a-fA-F]{64}")) {
            throw new MalformedException("not a certificate fingerprint of 64 hexadecimal digits");
        }
        return new Fingerprint(text.toLowerCase(java.util.Locale.ROOT));
    }

    /** The 32 bytes of the digest. */
    public byte[] toBytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
