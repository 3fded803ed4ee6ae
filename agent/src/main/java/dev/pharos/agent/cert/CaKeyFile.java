package dev.pharos.agent.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Argon2Cost;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.EncryptedCaKey;
import java.util.Arrays;

/** An authority's key as it lies in its file, encrypted or not. */
final class CaKeyFile {
    private static final long HEAP_RESERVE = 16L << 20;

    private CaKeyFile() {}

    /** Opens the key, with a passphrase where it needs one. */
    static CaKey open(String pem, Passphrases passphrases) throws CertException {
        try {
            return EncryptedCaKey.isEncrypted(pem) ? decrypt(pem, passphrases) : CaKey.parsePem(pem);
        } catch (MalformedException e) {
            throw new CertException("error while parsing ca-key: " + e.getMessage(), e);
        }
    }

    private static CaKey decrypt(String pem, Passphrases passphrases) throws CertException, MalformedException {
        EncryptedCaKey encrypted = EncryptedCaKey.parsePem(pem);
        byte[] passphrase = passphrases.obtain(
                "ca-key is encrypted and must be decrypted interactively",
                "cannot open encrypted ca-key without passphrase");
        try {
            requireMemory(encrypted.cost());
            return encrypted
                    .decrypt(passphrase)
                    .orElseThrow(() -> new CertException(
                            "error while parsing encrypted ca-key: invalid passphrase or corrupt private key"));
        } finally {
            Arrays.fill(passphrase, (byte) 0);
        }
    }

    /** @throws CertException when deriving a key would take more memory than this process may have */
    static void requireMemory(Argon2Cost cost) throws CertException {
        long needed = cost.memoryKiB() * 1024L + HEAP_RESERVE;
        if (needed > Runtime.getRuntime().maxMemory()) {
            throw new CertException("the passphrase costs " + cost.memoryKiB() / 1024
                    + " MiB of memory, more than this process may take; PHAROS_JAVA_OPTIONS=-Xmx"
                    + (cost.memoryKiB() / 1024 * 5 / 4 + 64) + "m allows it");
        }
    }
}
