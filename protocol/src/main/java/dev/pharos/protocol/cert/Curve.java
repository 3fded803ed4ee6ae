package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;

/** The curve of a network: X25519 with Ed25519 authorities, or P-256 for both. Never negotiated, never mixed. */
public enum Curve {
    CURVE25519(0, 32),
    P256(1, 65);

    private final int code;
    private final int publicKeyLength;

    Curve(int code, int publicKeyLength) {
        this.code = code;
        this.publicKeyLength = publicKeyLength;
    }

    /** The number by which certificates of either version name the curve. */
    public int code() {
        return code;
    }

    /** Bytes of a public key: 32, or 65 for an uncompressed point. */
    public int publicKeyLength() {
        return publicKeyLength;
    }

    static Curve ofCode(long code) throws MalformedException {
        for (Curve curve : values()) {
            if (curve.code == code) {
                return curve;
            }
        }
        throw new MalformedException("certificate: unknown curve " + code);
    }
}
