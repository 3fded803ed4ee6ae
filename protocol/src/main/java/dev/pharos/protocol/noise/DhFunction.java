package dev.pharos.protocol.noise;

import dev.pharos.protocol.MalformedException;
import java.math.BigInteger;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.util.BigIntegers;

/** The two Diffie-Hellman functions. Private keys and shared secrets have 32 bytes in both. */
enum DhFunction {
    X25519_FUNCTION("25519", 32) {
        @Override
        boolean isPrivateKey(byte[] candidate) {
            return true;
        }

        @Override
        byte[] publicKey(byte[] privateKey) {
            byte[] publicKey = new byte[32];
            X25519.scalarMultBase(privateKey, 0, publicKey, 0);
            return publicKey;
        }

        @Override
        byte[] agree(byte[] privateKey, byte[] publicKey) throws MalformedException {
            byte[] secret = new byte[32];
            if (!X25519.calculateAgreement(privateKey, 0, publicKey, 0, secret, 0)) {
                throw new MalformedException("handshake: a public key of low order");
            }
            return secret;
        }
    },

    /** Public keys are uncompressed points; the shared secret is the x coordinate. */
    P256_FUNCTION("P256", 65) {
        @Override
        boolean isPrivateKey(byte[] candidate) {
            BigInteger scalar = new BigInteger(1, candidate);
            return scalar.signum() != 0
                    && scalar.compareTo(CustomNamedCurves.getByName("secp256r1").getN()) < 0;
        }

        @Override
        byte[] publicKey(byte[] privateKey) {
            ECPoint base = CustomNamedCurves.getByName("secp256r1").getG();
            return new FixedPointCombMultiplier()
                    .multiply(base, new BigInteger(1, privateKey))
                    .getEncoded(false);
        }

        @Override
        byte[] agree(byte[] privateKey, byte[] publicKey) throws MalformedException {
            ECPoint shared =
                    point(publicKey).multiply(new BigInteger(1, privateKey)).normalize();
            return BigIntegers.asUnsignedByteArray(32, shared.getAffineXCoord().toBigInteger());
        }

        private static ECPoint point(byte[] publicKey) throws MalformedException {
            try {
                return CustomNamedCurves.getByName("secp256r1").getCurve().decodePoint(publicKey);
            } catch (IllegalArgumentException e) {
                throw new MalformedException("handshake: a public key is no point of P256", e);
            }
        }
    };

    private final String noiseName;
    private final int publicKeyLength;

    DhFunction(String noiseName, int publicKeyLength) {
        this.noiseName = noiseName;
        this.publicKeyLength = publicKeyLength;
    }

    String noiseName() {
        return noiseName;
    }

    int publicKeyLength() {
        return publicKeyLength;
    }

    /** Any 32 bytes for X25519, a scalar below the group's order for P256. */
    abstract boolean isPrivateKey(byte[] candidate);

    abstract byte[] publicKey(byte[] privateKey);

    /** Throws when the public key is not one, or would make a secret that anybody knows. */
    abstract byte[] agree(byte[] privateKey, byte[] publicKey) throws MalformedException;
}
