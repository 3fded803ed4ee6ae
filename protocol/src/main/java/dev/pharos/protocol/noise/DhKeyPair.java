package dev.pharos.protocol.noise;

import dev.pharos.protocol.MalformedException;
import java.util.random.RandomGenerator;

/**
 * A host's static key or the ephemeral key of one handshake. The curve comes with it: a network has one curve, which is
 * not negotiated. Never prints its private half.
 */
public final class DhKeyPair {
    private static final int PRIVATE_LENGTH = 32;

    private final DhFunction function;
    private final byte[] privateKey;
    private final byte[] publicKey;

    private DhKeyPair(DhFunction function, byte[] privateKey) {
        this.function = function;
        this.privateKey = privateKey;
        this.publicKey = function.publicKey(privateKey);
    }

    /**
     * From a raw X25519 private key.
     *
     * @throws MalformedException when it has not 32 bytes
     */
    public static DhKeyPair x25519(byte[] privateKey) throws MalformedException {
        return checked(DhFunction.X25519_FUNCTION, privateKey);
    }

    /**
     * From a P256 scalar.
     *
     * @throws MalformedException when it is not 32 bytes of a number between 1 and the group's order
     */
    public static DhKeyPair p256(byte[] scalar) throws MalformedException {
        return checked(DhFunction.P256_FUNCTION, scalar);
    }

    private static DhKeyPair checked(DhFunction function, byte[] privateKey) throws MalformedException {
        if (privateKey.length != PRIVATE_LENGTH || !function.isPrivateKey(privateKey)) {
            throw new MalformedException("not a private key of " + function.noiseName());
        }
        return new DhKeyPair(function, privateKey.clone());
    }

    /** A new key pair on the same curve; {@code random} must be a cryptographic one outside simulations. */
    public DhKeyPair newEphemeral(RandomGenerator random) {
        byte[] candidate = new byte[PRIVATE_LENGTH];
        do {
            random.nextBytes(candidate);
        } while (!function.isPrivateKey(candidate));
        return new DhKeyPair(function, candidate);
    }

    /** 32 bytes of X25519, 65 of P256. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    DhFunction function() {
        return function;
    }

    byte[] agree(byte[] peer) throws MalformedException {
        return function.agree(privateKey, peer);
    }

    @Override
    public String toString() {
        return "key pair of " + function.noiseName();
    }
}
