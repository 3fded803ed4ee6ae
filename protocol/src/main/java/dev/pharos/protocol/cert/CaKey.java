package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An authority's private key: Ed25519 as 64 bytes (seed, then public key), or P-256 as a scalar of 32. {@link #wipe()}
 * overwrites it; nothing prints it.
 */
public final class CaKey {
    private final byte[] secret;
    private final PublicKey publicKey;

    private CaKey(byte[] secret, PublicKey publicKey) {
        this.secret = secret;
        this.publicKey = publicKey;
    }

    public static CaKey generate(Curve curve, SecureRandom random) {
        byte[] secret = switch (curve) {
            case CURVE25519 -> generateEd25519(random);
            case P256 -> P256.generate(random);
        };
        try {
            return of(curve, secret);
        } catch (MalformedException e) {
            throw new IllegalStateException("a generated key is a key", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * From the raw bytes, which are copied.
     *
     * @throws MalformedException when they are no key of the curve, or the Ed25519 halves do not belong together
     */
    public static CaKey of(Curve curve, byte[] secret) throws MalformedException {
        byte[] publicKey = switch (curve) {
            case CURVE25519 -> ed25519PublicKey(secret);
            case P256 -> P256.publicKey(secret);
        };
        return new CaKey(secret.clone(), PublicKey.of(curve, publicKey));
    }

    /**
     * Reads an unencrypted key as {@code nebula-cert ca} writes it; an encrypted one is {@link EncryptedCaKey}'s.
     *
     * @throws MalformedException when the text is not exactly one such key
     */
    public static CaKey parsePem(String pem) throws MalformedException {
        Pem.Block block = Pem.single(pem);
        try {
            return switch (block.label()) {
                case Pem.ED25519_PRIVATE -> of(Curve.CURVE25519, block.bytes());
                case Pem.ECDSA_PRIVATE -> of(Curve.P256, block.bytes());
                case Pem.ED25519_ENCRYPTED, Pem.ECDSA_ENCRYPTED ->
                    throw new MalformedException("the CA key is encrypted; it takes a passphrase");
                default -> throw new MalformedException("not a CA's private key but a " + block.label());
            };
        } finally {
            Arrays.fill(block.bytes(), (byte) 0);
        }
    }

    /** The secret itself, not encrypted. */
    public String toPem() {
        return Pem.format(
                switch (curve()) {
                    case CURVE25519 -> Pem.ED25519_PRIVATE;
                    case P256 -> Pem.ECDSA_PRIVATE;
                },
                secret);
    }

    public Curve curve() {
        return publicKey.curve();
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** Ed25519 over the bytes, or ECDSA over their SHA-256 in DER with the lower s. */
    public byte[] sign(byte[] message) {
        return switch (curve()) {
            case CURVE25519 -> {
                byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
                Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
                yield signature;
            }
            case P256 -> P256.sign(secret, message);
        };
    }

    /** A copy of the secret, to be wrapped; who asks for it wipes it. */
    public byte[] secret() {
        return secret.clone();
    }

    /** Overwrites the secret; the key is of no use afterwards. */
    public void wipe() {
        Arrays.fill(secret, (byte) 0);
    }

    private static byte[] generateEd25519(SecureRandom random) {
        byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
        Ed25519.generatePrivateKey(random, seed);
        byte[] both = Arrays.copyOf(seed, 2 * Ed25519.SECRET_KEY_SIZE);
        Ed25519.generatePublicKey(seed, 0, both, Ed25519.SECRET_KEY_SIZE);
        Arrays.fill(seed, (byte) 0);
        return both;
    }

    private static byte[] ed25519PublicKey(byte[] secret) throws MalformedException {
        if (secret.length != 2 * Ed25519.SECRET_KEY_SIZE) {
            throw new MalformedException("an Ed25519 CA key has 64 bytes, not " + secret.length);
        }
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(secret, 0, publicKey, 0);
        if (!Arrays.equals(publicKey, 0, 32, secret, 32, 64)) {
            throw new MalformedException("an Ed25519 CA key whose halves do not belong together");
        }
        return publicKey;
    }

    @Override
    public String toString() {
        return "private key of an authority (" + curve() + ")";
    }
}
