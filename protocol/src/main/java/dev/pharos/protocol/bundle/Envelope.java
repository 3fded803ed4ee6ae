package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;

/**
 * A signed manifest as it travels and as it is stored. The manifest is raw bytes: nothing is serialised again to verify
 * it. Says nothing about being trusted; that is {@link BundleVerifier}'s to say.
 */
public record Envelope(Binary manifest, Binary signature, SigningPublicKey key) {
    public Envelope {
        signature.requireLength(64, "an Ed25519 signature");
    }

    /**
     * Reads an envelope.
     *
     * @throws MalformedException when the bytes are no envelope or more than {@link ControlJson#MAX_ENVELOPE_BYTES}
     */
    public static Envelope parse(byte[] json) throws MalformedException {
        return ControlJson.read(Envelope.class, json, ControlJson.MAX_ENVELOPE_BYTES);
    }

    public byte[] encode() {
        return ControlJson.write(this);
    }

    /** SHA-256 of the manifest's bytes. */
    public Digest digest() {
        return Digest.of(manifest.toBytes());
    }
}
