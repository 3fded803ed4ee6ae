package dev.pharos.protocol.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@link TransportCipher} on the JDK's provider. The key object stays the same for the life of the cipher, by which the
 * provider keeps its round keys; parameters and the nonce's copies are garbage of every call.
 */
final class JceCipher implements TransportCipher {
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int COUNTER_OFFSET = 4;

    private final CipherSuite suite;
    private final SecretKeySpec key;
    private final VarHandle counterInNonce;
    private final byte[] nonce = new byte[12];
    private final Cipher cipher;

    JceCipher(CipherSuite suite, byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a transport key has 32 bytes, not " + key.length);
        }
        this.suite = suite;
        this.key = new SecretKeySpec(
                key,
                switch (suite) {
                    case AES_GCM -> "AES";
                    case CHACHA_POLY -> "ChaCha20";
                });
        this.counterInNonce = suite.nonceOrder() == ByteOrder.BIG_ENDIAN ? BIG : LITTLE;
        this.cipher = newCipher(suite);
    }

    private static Cipher newCipher(CipherSuite suite) {
        try {
            return Cipher.getInstance(
                    switch (suite) {
                        case AES_GCM -> "AES/GCM/NoPadding";
                        case CHACHA_POLY -> "ChaCha20-Poly1305";
                    });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + suite, e);
        }
    }

    @Override
    public void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(counter));
            cipher.updateAAD(buffer, aadOffset, aadLength);
            cipher.doFinal(buffer, textOffset, textLength, buffer, textOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a packet could not be encrypted", e);
        }
    }

    @Override
    public boolean open(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength) {
        if (sealedLength < TAG_LENGTH) {
            return false;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters(counter));
            cipher.updateAAD(buffer, aadOffset, aadLength);
            cipher.doFinal(buffer, textOffset, sealedLength, buffer, textOffset);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a packet could not be decrypted", e);
        }
    }

    private AlgorithmParameterSpec parameters(long counter) {
        counterInNonce.set(nonce, COUNTER_OFFSET, counter);
        return switch (suite) {
            case AES_GCM -> new GCMParameterSpec(TAG_LENGTH * 8, nonce);
            case CHACHA_POLY -> new IvParameterSpec(nonce);
        };
    }

    @Override
    public String toString() {
        return suite + " by JCE";
    }
}
