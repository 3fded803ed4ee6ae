package dev.pharos.control.tls;

import dev.pharos.control.secret.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The control plane's own TLS keys (P-256): the one in use, and the next, whose pin agents know long before it is used.
 * One pair for all nodes of a database. Stored as {@code length (4) || PKCS #8 || SubjectPublicKeyInfo}.
 */
@Component
class TlsKeys {
    private static final long LOCK = 0x7068_6172_6f73_0001L;

    private final Secrets secrets;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    TlsKeys(Secrets secrets, JdbcClient jdbc, TransactionTemplate transaction) {
        this.secrets = secrets;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    KeyPair current() {
        return key("tls:current");
    }

    KeyPair next() {
        return key("tls:next");
    }

    private KeyPair key(String name) {
        return decode(secrets.find(name).orElseGet(() -> create(name)));
    }

    private byte[] create(String name) {
        return java.util.Objects.requireNonNull(transaction.execute(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(?)").param(LOCK).query().singleRow();
            return secrets.find(name).orElseGet(() -> {
                byte[] fresh = encode(generate());
                secrets.store(name, fresh);
                return fresh;
            });
        }));
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static byte[] encode(KeyPair pair) {
        byte[] secret = pair.getPrivate().getEncoded();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            bytes.write(ByteBuffer.allocate(4).putInt(secret.length).array());
            bytes.write(secret);
            bytes.write(pair.getPublic().getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static KeyPair decode(byte[] stored) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(stored);
            byte[] secret = new byte[bytes.getInt()];
            bytes.get(secret);
            byte[] open = new byte[bytes.remaining()];
            bytes.get(open);
            KeyFactory factory = KeyFactory.getInstance("EC");
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(open)),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(secret)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the stored TLS key is damaged", e);
        }
    }
}
