package dev.pharos.protocol.cert;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Verifies an authority's signature: Ed25519 over the bytes, or ECDSA-P256 over their SHA-256. */
final class Signatures {
    private Signatures() {}

    static boolean verify(PublicKey authority, byte[] message, byte[] signature) {
        byte[] key = authority.toBytes();
        return switch (authority.curve()) {
            case CURVE25519 ->
                signature.length == Ed25519.SIGNATURE_SIZE
                        && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
            case P256 -> P256.verify(key, message, signature);
        };
    }
}
