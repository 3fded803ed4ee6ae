package dev.pharos.control.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Secrets in the database, sealed by the root key: AES-256-GCM, {@code nonce (12) || ciphertext || tag (16)}, with the
 * secret's name as associated data so that one cannot be passed off as another.
 */
@Component
public class Secrets {
    private static final int NONCE = 12;

    private final RootKey root;
    private final JdbcClient jdbc;
    private final SecureRandom random = new SecureRandom();

    Secrets(RootKey root, JdbcClient jdbc) {
        this.root = root;
        this.jdbc = jdbc;
    }

    /** Stores a secret under a name that is not taken yet. */
    public void store(String name, byte[] secret) {
        jdbc.sql("insert into secret (name, key_id, sealed) values (?, ?, ?)")
                .params(name, root.id(), seal(name, secret))
                .update();
    }

    public Optional<byte[]> find(String name) {
        return jdbc.sql("select sealed from secret where name = ?")
                .param(name)
                .query((row, _) -> row.getBytes(1))
                .optional()
                .map(bytes -> open(name, bytes));
    }

    public byte[] get(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("the database holds no secret " + name));
    }

    /** Forgets a secret for good. */
    public void delete(String name) {
        jdbc.sql("delete from secret where name = ?").param(name).update();
    }

    public byte[] seal(String name, byte[] secret) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, name, nonce, secret);
        return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    }

    public byte[] open(String name, byte[] sealed) {
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        byte[] nonce = new byte[NONCE];
        bytes.get(nonce);
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return run(Cipher.DECRYPT_MODE, name, nonce, rest);
    }

    private byte[] run(int mode, String name, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, root.key(), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the secret " + name + " does not open with the root key " + root.id(), e);
        }
    }
}
