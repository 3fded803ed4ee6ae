package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.PublicKey;
import java.util.Optional;

/**
 * {@code POST /agent/v1/enroll}, signed by {@code keys.signing}. The private halves stay where they were made.
 *
 * @param secret of the token
 * @param name that the host would like; the token may say another
 * @param platform {@code linux/amd64}
 */
public record EnrollmentRequest(Binary secret, Optional<String> name, Keys keys, String platform, String version) {

    /**
     * The public halves of the keys that the host made.
     *
     * @param signing the host's identity for as long as it lives
     * @param x25519 for certificates on curve 25519, 32 bytes
     * @param p256 for certificates on P-256, 65 bytes
     */
    public record Keys(SigningPublicKey signing, Binary x25519, Binary p256) {
        public Keys {
            x25519.requireLength(Curve.CURVE25519.publicKeyLength(), "an X25519 key");
            p256.requireLength(Curve.P256.publicKeyLength(), "a P256 key");
        }

        public static Keys of(SigningPublicKey signing, PublicKey x25519, PublicKey p256) {
            return new Keys(signing, Binary.of(x25519.toBytes()), Binary.of(p256.toBytes()));
        }

        /**
         * The key for a network of that curve.
         *
         * @throws MalformedException when the bytes are no such key
         */
        public PublicKey on(Curve curve) throws MalformedException {
            return switch (curve) {
                case CURVE25519 -> PublicKey.of(curve, x25519.toBytes());
                case P256 -> PublicKey.of(curve, p256.toBytes());
            };
        }
    }
}
