package dev.pharos.protocol.bundle;

import java.nio.charset.StandardCharsets;

/** Signs manifests: Ed25519 over {@code "pharos bundle v1" || 0x00 || manifest}. */
public final class BundleSigner {
    private static final byte[] CONTEXT = "pharos bundle v1\0".getBytes(StandardCharsets.US_ASCII);

    private final SigningKey key;

    public BundleSigner(SigningKey key) {
        this.key = key;
    }

    public Envelope sign(Manifest manifest) {
        byte[] bytes = manifest.encode();
        return new Envelope(Binary.of(bytes), key.sign(signed(bytes)), key.publicKey());
    }

    /** The bytes under the signature; the context keeps it from meaning anything elsewhere. */
    static byte[] signed(byte[] manifest) {
        byte[] signed = new byte[CONTEXT.length + manifest.length];
        System.arraycopy(CONTEXT, 0, signed, 0, CONTEXT.length);
        System.arraycopy(manifest, 0, signed, CONTEXT.length, manifest.length);
        return signed;
    }
}
