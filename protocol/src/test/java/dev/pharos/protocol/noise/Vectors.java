package dev.pharos.protocol.noise;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** The known answers for one curve and cipher. */
enum Vectors {
    X25519_AES("25519.AESGCM", DhFunction.X25519_FUNCTION, CipherSuite.AES_GCM),
    X25519_CHACHA("25519.ChaChaPoly", DhFunction.X25519_FUNCTION, CipherSuite.CHACHA_POLY),
    P256_AES("P256.AESGCM", DhFunction.P256_FUNCTION, CipherSuite.AES_GCM);

    private static final Properties ALL = load();

    private final String prefix;
    final DhFunction function;
    final CipherSuite suite;

    Vectors(String prefix, DhFunction function, CipherSuite suite) {
        this.prefix = prefix;
        this.function = function;
        this.suite = suite;
    }

    boolean has(String name) {
        return ALL.containsKey(prefix + "." + name);
    }

    byte[] bytes(String name) {
        return HexFormat.of().parseHex(Objects.requireNonNull(ALL.getProperty(prefix + "." + name), name));
    }

    private static Properties load() {
        try (InputStream in = Vectors.class.getResourceAsStream("ix-vectors.properties")) {
            var properties = new Properties();
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
