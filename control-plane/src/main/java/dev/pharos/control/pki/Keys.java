package dev.pharos.control.pki;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.PublicKey;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Looks at public keys that somebody wants to have certified. */
public final class Keys {
    private Keys() {}

    /** Refuses a point of low order (RFC 7748, section 6.1): whoever meets it would agree on a secret that is all zero. */
    public static void requireContributory(String field, PublicKey key) {
        if (key.curve() == Curve.CURVE25519) {
            byte[] scalar = new byte[X25519.SCALAR_SIZE];
            scalar[0] = 8;
            scalar[31] = 64;
            if (!X25519.calculateAgreement(scalar, 0, key.toBytes(), 0, new byte[X25519.POINT_SIZE], 0)) {
                throw Problem.field(field, "is a point of low order, which is nobody's key");
            }
        }
    }
}
