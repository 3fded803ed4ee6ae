package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.util.Arrays;

/**
 * The public key in a certificate. On {@link Curve#CURVE25519} a host's is X25519 and an authority's Ed25519, 32 bytes
 * each; on {@link Curve#P256} both are an uncompressed point, 65 bytes starting with 4. Only the length is checked here:
 * a point off the curve fails where it is used.
 */
public final class PublicKey {
    private final Curve curve;
    private final byte[] bytes;

    private PublicKey(Curve curve, byte[] bytes) {
        this.curve = curve;
        this.bytes = bytes;
    }

    /**
     * From the raw bytes, which are copied.
     *
     * @throws MalformedException when the length does not fit the curve
     */
    public static PublicKey of(Curve curve, byte[] bytes) throws MalformedException {
        if (bytes.length != curve.publicKeyLength() || (curve == Curve.P256 && bytes[0] != 4)) {
            throw new MalformedException("certificate: not a public key of " + curve);
        }
        return new PublicKey(curve, bytes.clone());
    }

    /**
     * Reads a host's key, as {@code nebula-cert keygen} writes it beside the private one.
     *
     * @throws MalformedException when the text does not hold exactly one such key
     */
    public static PublicKey parsePem(String pem) throws MalformedException {
        Pem.Block block = Pem.single(pem);
        return switch (block.label()) {
            case Pem.X25519_PUBLIC -> of(Curve.CURVE25519, block.bytes());
            case Pem.P256_PUBLIC -> of(Curve.P256, block.bytes());
            default -> throw new MalformedException("not a host's public key but a " + block.label());
        };
    }

    /** As a host's public key. */
    public String toPem() {
        return Pem.format(
                switch (curve) {
                    case CURVE25519 -> Pem.X25519_PUBLIC;
                    case P256 -> Pem.P256_PUBLIC;
                },
                bytes);
    }

    public Curve curve() {
        return curve;
    }

    /** A copy of the raw bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey key && key.curve == curve && Arrays.equals(key.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return curve + " public key";
    }
}
