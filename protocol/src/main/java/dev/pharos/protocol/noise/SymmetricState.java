package dev.pharos.protocol.noise;

import dev.pharos.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/** The SymmetricState and CipherState of the Noise specification (revision 34, section 5), with SHA-256. */
final class SymmetricState {
    private static final int HASH_LENGTH = 32;

    private final CipherSuite suite;
    private byte[] chainingKey;
    private byte[] hash;
    private byte[] key;
    private long nonce;

    private SymmetricState(CipherSuite suite, byte[] chainingKey, byte[] hash) {
        this.suite = suite;
        this.chainingKey = chainingKey;
        this.hash = hash;
        this.key = new byte[0];
    }

    /** After the name and Nebula's empty prologue. */
    static SymmetricState ix(DhFunction function, CipherSuite suite) {
        String name = "Noise_IX_" + function.noiseName() + "_" + suite.noiseName() + "_SHA256";
        // All four names are at most 32 bytes, which the specification pads rather than hashes.
        byte[] start = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), HASH_LENGTH);
        var state = new SymmetricState(suite, start, start);
        state.mixHash(new byte[0], 0, 0);
        return state;
    }

    /** A state of its own, so that a message that turns out to be junk leaves this one as it was. */
    SymmetricState copy() {
        var copy = new SymmetricState(suite, chainingKey, hash);
        copy.key = key;
        copy.nonce = nonce;
        return copy;
    }

    byte[] hash() {
        return hash.clone();
    }

    void mixHash(byte[] data) {
        mixHash(data, 0, data.length);
    }

    private void mixHash(byte[] data, int offset, int length) {
        var digest = new SHA256Digest();
        digest.update(hash, 0, hash.length);
        digest.update(data, offset, length);
        byte[] mixed = new byte[HASH_LENGTH];
        digest.doFinal(mixed, 0);
        hash = mixed;
    }

    void mixKey(byte[] secret) {
        byte[][] derived = derive(secret);
        chainingKey = derived[0];
        key = derived[1];
        nonce = 0;
    }

    /** Before the first key, what is "encrypted" stays in clear. */
    byte[] encryptAndHash(byte[] plaintext) {
        if (key.length == 0) {
            mixHash(plaintext);
            return plaintext.clone();
        }
        int sealed = plaintext.length + TransportCipher.TAG_LENGTH;
        byte[] buffer = Arrays.copyOf(hash, HASH_LENGTH + sealed);
        System.arraycopy(plaintext, 0, buffer, HASH_LENGTH, plaintext.length);
        cipher().seal(nonce++, buffer, 0, HASH_LENGTH, HASH_LENGTH, plaintext.length);
        mixHash(buffer, HASH_LENGTH, sealed);
        return Arrays.copyOfRange(buffer, HASH_LENGTH, buffer.length);
    }

    byte[] decryptAndHash(byte[] ciphertext) throws MalformedException {
        if (key.length == 0) {
            mixHash(ciphertext);
            return ciphertext;
        }
        byte[] buffer = Arrays.copyOf(hash, HASH_LENGTH + ciphertext.length);
        System.arraycopy(ciphertext, 0, buffer, HASH_LENGTH, ciphertext.length);
        if (!cipher().open(nonce, buffer, 0, HASH_LENGTH, HASH_LENGTH, ciphertext.length)) {
            throw new MalformedException("handshake: a message does not decrypt");
        }
        nonce++;
        mixHash(ciphertext);
        return Arrays.copyOfRange(buffer, HASH_LENGTH, buffer.length - TransportCipher.TAG_LENGTH);
    }

    /** The keys of both directions: initiator to responder, responder to initiator. */
    byte[][] split() {
        return derive(new byte[0]);
    }

    private TransportCipher cipher() {
        return TransportCipherFactory.JCE.create(suite, key);
    }

    /** HKDF with two outputs. */
    private byte[][] derive(byte[] input) {
        byte[] secret = hmac(chainingKey, input);
        byte[] first = hmac(secret, new byte[] {1});
        byte[] again = Arrays.copyOf(first, HASH_LENGTH + 1);
        again[HASH_LENGTH] = 2;
        return new byte[][] {first, hmac(secret, again)};
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        var mac = new HMac(new SHA256Digest());
        mac.init(new KeyParameter(key));
        mac.update(data, 0, data.length);
        byte[] result = new byte[HASH_LENGTH];
        mac.doFinal(result, 0);
        return result;
    }
}
