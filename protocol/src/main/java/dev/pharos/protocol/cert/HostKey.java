package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * The private half of a host's certificate, which is also its Noise static key: X25519 or P-256, 32 bytes. It never
 * signs anything. {@link #wipe()} overwrites it; nothing prints it.
 */
public final class HostKey {
    private static final int LENGTH = 32;

    private final byte[] secret;
    private final PublicKey publicKey;

    private HostKey(byte[] secret, PublicKey publicKey) {
        this.secret = secret;
        this.publicKey = publicKey;
    }

    public static HostKey generate(Curve curve, SecureRandom random) {
        byte[] secret = switch (curve) {
            case CURVE25519 -> {
                byte[] bytes = new byte[LENGTH];
                random.nextBytes(bytes);
                yield bytes;
            }
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
     * From the 32 raw bytes, which are copied.
     *
     * @throws MalformedException when they are no key of the curve
     */
    public static HostKey of(Curve curve, byte[] secret) throws MalformedException {
        if (secret.length != LENGTH) {
            throw new MalformedException("a host's private key has 32 bytes, not " + secret.length);
        }
        byte[] publicKey = switch (curve) {
            case CURVE25519 -> x25519PublicKey(secret);
            case P256 -> P256.publicKey(secret);
        };
        return new HostKey(secret.clone(), PublicKey.of(curve, publicKey));
    }

    /**
     * Reads the file that {@code nebula-cert keygen} writes.
     *
     * @throws MalformedException when the text is not exactly one such key
     */
    public static HostKey parsePem(String pem) throws MalformedException {
        Pem.Block block = Pem.single(pem);
        try {
            return switch (block.label()) {
                case Pem.X25519_PRIVATE -> of(Curve.CURVE25519, block.bytes());
                case Pem.P256_PRIVATE -> of(Curve.P256, block.bytes());
                default -> throw new MalformedException("not a host's private key but a " + block.label());
            };
        } finally {
            Arrays.fill(block.bytes(), (byte) 0);
        }
    }

    /** The secret itself, in the form of {@code nebula-cert}; for a file of mode 0600 and nothing else. */
    public String toPem() {
        return Pem.format(
                switch (curve()) {
                    case CURVE25519 -> Pem.X25519_PRIVATE;
                    case P256 -> Pem.P256_PRIVATE;
                },
                secret);
    }

    public Curve curve() {
        return publicKey.curve();
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** Whether this is the key of that host's certificate. */
    public boolean belongsTo(Certificate certificate) {
        return !certificate.isCa() && certificate.publicKey().equals(publicKey);
    }

    /** A copy of the secret, for the handshake; who asks for it wipes it. */
    public byte[] secret() {
        return secret.clone();
    }

    /** Overwrites the secret; the key is of no use afterwards. */
    public void wipe() {
        Arrays.fill(secret, (byte) 0);
    }

    private static byte[] x25519PublicKey(byte[] secret) {
        byte[] publicKey = new byte[LENGTH];
        X25519.scalarMultBase(secret, 0, publicKey, 0);
        return publicKey;
    }

    @Override
    public String toString() {
        return "private key of a host (" + curve() + ")";
    }
}
