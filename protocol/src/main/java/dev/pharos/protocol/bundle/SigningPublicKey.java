package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** An Ed25519 public key, 32 bytes: a host's identity, or the key that signs bundles. */
public record SigningPublicKey(Binary bytes) {
    public SigningPublicKey {
        bytes.requireLength(Ed25519.PUBLIC_KEY_SIZE, "an Ed25519 public key");
    }

    /**
     * Reads base64url without padding.
     *
     * @throws MalformedException when it is not base64url of 32 bytes
     */
    public static SigningPublicKey parse(String text) throws MalformedException {
        Binary bytes = Binary.parse(text);
        if (bytes.length() != Ed25519.PUBLIC_KEY_SIZE) {
            throw new MalformedException(
                    "an Ed25519 public key has " + Ed25519.PUBLIC_KEY_SIZE + " bytes, not " + bytes.length());
        }
        return new SigningPublicKey(bytes);
    }

    /** SHA-256 of the 32 bytes, by which an agent pins it. */
    public Pin pin() {
        return Pin.of(bytes.toBytes());
    }

    /** Whether the signature over the message is this key's; false for anything that is no signature, too. */
    public boolean verifies(byte[] message, Binary signature) {
        return signature.length() == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature.toBytes(), 0, bytes.toBytes(), 0, message, 0, message.length);
    }

    @Override
    public String toString() {
        return bytes.text();
    }
}
