package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;

/** The SHA-256 by which a public key is pinned: of a TLS key's SubjectPublicKeyInfo, or of a raw bundle key. */
public record Pin(Binary sha256) {
    public Pin {
        sha256.requireLength(32, "a pin");
    }

    /** The pin of these bytes: a SubjectPublicKeyInfo in DER, or a raw key. */
    public static Pin of(byte[] publicKey) {
        return new Pin(Binary.of(Digest.sha256(publicKey)));
    }

    /**
     * Reads base64url without padding.
     *
     * @throws MalformedException when it is not base64url of 32 bytes
     */
    public static Pin parse(String text) throws MalformedException {
        Binary sha256 = Binary.parse(text);
        if (sha256.length() != 32) {
            throw new MalformedException("a pin has 32 bytes, not " + sha256.length());
        }
        return new Pin(sha256);
    }

    @Override
    public String toString() {
        return sha256.text();
    }
}
