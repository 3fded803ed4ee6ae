package dev.pharos.protocol.noise;

/** Makes ciphers from keys; which implementation is best is found out once, at start. */
@FunctionalInterface
public interface TransportCipherFactory {
    /** The cipher of the JDK's own provider: always there. */
    TransportCipherFactory JCE = JceCipher::new;

    /** A cipher for one direction; {@code key} has {@link TransportCipher#KEY_LENGTH} bytes. */
    TransportCipher create(CipherSuite suite, byte[] key);
}
