package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.protobuf.ProtobufReader;
import dev.pharos.protocol.protobuf.ProtobufWriter;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A CA key under a passphrase, as {@code nebula-cert ca -encrypt} writes it (facts, nebula-protocol 15): Argon2id makes
 * an AES-256-GCM key; the ciphertext is a nonce of 12 bytes, then the sealed key.
 */
public final class EncryptedCaKey {
    private static final String ALGORITHM = "AES-256-GCM";
    private static final int ARGON2_VERSION = 0x13;
    private static final int SALT_BYTES = 32;
    private static final int MIN_SALT_BYTES = 16;
    private static final int MAX_SALT_BYTES = 1024;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Curve curve;
    private final Argon2Cost cost;
    private final byte[] salt;
    private final byte[] ciphertext;

    private EncryptedCaKey(Curve curve, Argon2Cost cost, byte[] salt, byte[] ciphertext) {
        this.curve = curve;
        this.cost = cost;
        this.salt = salt;
        this.ciphertext = ciphertext;
    }

    /** Whether the text looks like an encrypted key, so that a passphrase has to be asked for. */
    public static boolean isEncrypted(String pem) {
        return pem.contains(Pem.ED25519_ENCRYPTED) || pem.contains(Pem.ECDSA_ENCRYPTED);
    }

    /** Encrypts a key. Takes the memory and the time that the cost says. */
    public static EncryptedCaKey encrypt(CaKey key, byte[] passphrase, Argon2Cost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] secret = key.secret();
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, passphrase, cost, salt, nonce).doFinal(secret);
            byte[] ciphertext = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, ciphertext, NONCE_BYTES, sealed.length);
            return new EncryptedCaKey(key.curve(), cost, salt, ciphertext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * Reads the file.
     *
     * @throws MalformedException when it is none, or asks for more than {@link Argon2Cost} allows
     */
    public static EncryptedCaKey parsePem(String pem) throws MalformedException {
        Pem.Block block = Pem.single(pem);
        return switch (block.label()) {
            case Pem.ED25519_ENCRYPTED -> parse(Curve.CURVE25519, block.bytes());
            case Pem.ECDSA_ENCRYPTED -> parse(Curve.P256, block.bytes());
            default -> throw new MalformedException("not an encrypted CA key but a " + block.label());
        };
    }

    public String toPem() {
        ProtobufWriter argon2 = new ProtobufWriter()
                .varint(1, ARGON2_VERSION)
                .uint32(2, cost.memoryKiB())
                .uint32(3, cost.iterations())
                .uint32(4, cost.parallelism())
                .bytes(5, salt);
        ProtobufWriter metadata = new ProtobufWriter().string(1, ALGORITHM).message(2, argon2);
        byte[] bytes =
                new ProtobufWriter().message(1, metadata).bytes(2, ciphertext).toBytes();
        return Pem.format(
                switch (curve) {
                    case CURVE25519 -> Pem.ED25519_ENCRYPTED;
                    case P256 -> Pem.ECDSA_ENCRYPTED;
                },
                bytes);
    }

    /** What {@link #decrypt} will take; a caller with less memory says so before it tries. */
    public Argon2Cost cost() {
        return cost;
    }

    /**
     * The key; empty when the passphrase is not the one it was encrypted under.
     *
     * @throws MalformedException when the passphrase fits and what it opens is no key
     */
    public Optional<CaKey> decrypt(byte[] passphrase) throws MalformedException {
        byte[] nonce = Arrays.copyOf(ciphertext, NONCE_BYTES);
        byte[] secret = new byte[0];
        try {
            secret = cipher(Cipher.DECRYPT_MODE, passphrase, cost, salt, nonce)
                    .doFinal(ciphertext, NONCE_BYTES, ciphertext.length - NONCE_BYTES);
            return Optional.of(CaKey.of(curve, secret));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static EncryptedCaKey parse(Curve curve, byte[] bytes) throws MalformedException {
        EncryptedCaKeyFields fields = EncryptedCaKeyFields.read(new ProtobufReader(bytes));
        if (!fields.algorithm.equals(ALGORITHM) || fields.version != ARGON2_VERSION) {
            throw new MalformedException("encrypted CA key: only " + ALGORITHM + " with Argon2id 1.3 is known");
        }
        if (fields.salt.length < MIN_SALT_BYTES || fields.salt.length > MAX_SALT_BYTES) {
            throw new MalformedException("encrypted CA key: a salt of " + fields.salt.length + " bytes");
        }
        if (fields.ciphertext.length <= NONCE_BYTES + TAG_BITS / 8) {
            throw new MalformedException("encrypted CA key: cut short");
        }
        try {
            Argon2Cost cost = new Argon2Cost(fields.memoryKiB, fields.iterations, fields.parallelism);
            return new EncryptedCaKey(curve, cost, fields.salt, fields.ciphertext);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("encrypted CA key: " + e.getMessage(), e);
        }
    }

    private static Cipher cipher(int mode, byte[] passphrase, Argon2Cost cost, byte[] salt, byte[] nonce)
            throws GeneralSecurityException {
        byte[] key = new byte[32];
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKiB())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .build());
        argon2.generateBytes(passphrase, key);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        Arrays.fill(key, (byte) 0);
        return cipher;
    }

    @Override
    public String toString() {
        return "encrypted private key of an authority (" + curve + ")";
    }
}
