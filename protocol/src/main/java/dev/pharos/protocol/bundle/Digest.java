package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 by which a part or a manifest is known: 64 lower-case hexadecimal digits. */
public record Digest(String hex) implements Comparable<Digest> {
    public Digest {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a digest is 64 lower-case hexadecimal digits");
        }
    }

    /** The digest of these bytes. */
    public static Digest of(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(sha256(bytes)));
    }

    /**
     * Reads a digest as it is printed.
     *
     * @throws MalformedException when it is not 64 lower-case hexadecimal digits
     */
    public static Digest parse(String text) throws MalformedException {
        try {
            return new Digest(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not a SHA-256 in lower-case hexadecimal", e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
