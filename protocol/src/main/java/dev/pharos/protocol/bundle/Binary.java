package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * Bytes in a message, in JSON as base64url without padding. Immutable; compared in time that depends on the length alone;
 * printed as their number, because some are secret.
 */
public final class Binary {
    private final byte[] bytes;

    private Binary(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Binary of(byte[] bytes) {
        return new Binary(bytes.clone());
    }

    /**
     * Reads base64url without padding.
     *
     * @throws MalformedException when the text is not base64url without padding
     */
    public static Binary parse(String text) throws MalformedException {
        if (text.indexOf('=') >= 0) {
            throw new MalformedException("base64url is written without padding here");
        }
        try {
            return new Binary(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not base64url without padding", e);
        }
    }

    /** Base64url without padding: the value itself, unlike {@link #toString()}. */
    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A copy. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** Refuses any other length; for the constructors of values that have only one. */
    Binary requireLength(int length, String what) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(what + " has " + length + " bytes, not " + bytes.length);
        }
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Binary binary && MessageDigest.isEqual(bytes, binary.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
