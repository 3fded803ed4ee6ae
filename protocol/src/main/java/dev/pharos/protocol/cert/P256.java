package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * P-256 scalars, points and ECDSA. A signature (r, s) is as valid as (r, n - s), so whoever holds a certificate can give
 * it a second fingerprint; we write the form with the lower s and know the other (facts, nebula-protocol 14).
 */
final class P256 {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
    private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);
    private static final BigInteger ORDER = CURVE.getN();
    private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

    private P256() {}

    static byte[] generate(SecureRandom random) {
        BigInteger scalar = BigIntegers.createRandomInRange(BigInteger.ONE, ORDER.subtract(BigInteger.ONE), random);
        return BigIntegers.asUnsignedByteArray(32, scalar);
    }

    /** The public point, 65 bytes. */
    static byte[] publicKey(byte[] scalar) throws MalformedException {
        BigInteger d = new BigInteger(1, scalar);
        if (scalar.length != 32 || d.signum() == 0 || d.compareTo(ORDER) >= 0) {
            throw new MalformedException("not a P256 private key");
        }
        return new FixedPointCombMultiplier().multiply(CURVE.getG(), d).getEncoded(false);
    }

    /** DER of (r, s) with the lower s; the nonce is derived from key and message (RFC 6979). */
    static byte[] sign(byte[] scalar, byte[] message) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(new BigInteger(1, scalar), DOMAIN));
        BigInteger[] rs = signer.generateSignature(Sha256.of(message));
        return new RawSignature(rs[0], rs[1].compareTo(HALF_ORDER) > 0 ? ORDER.subtract(rs[1]) : rs[1]).encode();
    }

    /** False for any key or signature that is not one, too. */
    static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return RawSignature.parse(signature)
                .filter(raw -> verify(publicKey, message, raw))
                .isPresent();
    }

    private static boolean verify(byte[] publicKey, byte[] message, RawSignature signature) {
        try {
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, new ECPublicKeyParameters(CURVE.getCurve().decodePoint(publicKey), DOMAIN));
            return verifier.verifySignature(Sha256.of(message), signature.r, signature.s);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The same signature with s exchanged for n - s; empty for bytes that are no signature at all. */
    static Optional<byte[]> alternate(byte[] signature) {
        return RawSignature.parse(signature).map(raw -> new RawSignature(raw.r, ORDER.subtract(raw.s)).encode());
    }

    /** SEQUENCE {INTEGER r, INTEGER s}, both between 1 and n - 1, in the shortest form and no other. */
    private record RawSignature(BigInteger r, BigInteger s) {
        private static final int SEQUENCE = 0x30;
        private static final int INTEGER = 0x02;

        static Optional<RawSignature> parse(byte[] bytes) {
            try {
                Der.Reader pair = new Der.Reader(bytes).enter(SEQUENCE);
                RawSignature signature = new RawSignature(
                        new BigInteger(1, pair.content(INTEGER)), new BigInteger(1, pair.content(INTEGER)));
                boolean canonical =
                        inRange(signature.r) && inRange(signature.s) && Arrays.equals(bytes, signature.encode());
                return canonical ? Optional.of(signature) : Optional.empty();
            } catch (MalformedException e) {
                return Optional.empty();
            }
        }

        byte[] encode() {
            return Der.element(SEQUENCE, Der.element(INTEGER, r.toByteArray()), Der.element(INTEGER, s.toByteArray()));
        }

        private static boolean inRange(BigInteger value) {
            return value.signum() > 0 && value.compareTo(ORDER) < 0;
        }
    }
}
