package dev.pharos.protocol.bundle;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The private half of a {@link SigningPublicKey}: 32 bytes of seed. Nothing prints it. */
public final class SigningKey {
    private final byte[] seed;
    private final SigningPublicKey publicKey;

    private SigningKey(byte[] seed) {
        this.seed = seed;
        byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, key, 0);
        this.publicKey = new SigningPublicKey(Binary.of(key));
    }

    public static SigningKey generate(SecureRandom random) {
        byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
        Ed25519.generatePrivateKey(random, seed);
        return new SigningKey(seed);
    }

    /** From the 32 bytes of the seed, which are copied. */
    public static SigningKey of(byte[] seed) {
        if (seed.length != Ed25519.SECRET_KEY_SIZE) {
            throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
        }
        return new SigningKey(seed.clone());
    }

    public SigningPublicKey publicKey() {
        return publicKey;
    }

    /** The 64 bytes of the signature. The public key takes as long to compute as the rest, so it is handed in. */
    public Binary sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey.bytes().toBytes(), 0, message, 0, message.length, signature, 0);
        return Binary.of(signature);
    }

    /** A copy of the seed, to be stored; who asks for it wipes it. */
    public byte[] seed() {
        return seed.clone();
    }

    /** Overwrites the seed; the key is of no use afterwards. */
    public void wipe() {
        Arrays.fill(seed, (byte) 0);
    }

    @Override
    public String toString() {
        return "private half of " + publicKey;
    }
}
