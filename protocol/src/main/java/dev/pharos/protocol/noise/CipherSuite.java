package dev.pharos.protocol.noise;

import java.nio.ByteOrder;

/**
 * The cipher of a network. It is not negotiated: two hosts that disagree notice only when the second handshake message
 * does not decrypt. Both ciphers have keys of 32 and tags of 16 bytes; their nonces are 4 zero bytes and the counter, in
 * different byte order (facts, nebula-protocol trap 11).
 */
public enum CipherSuite {
    AES_GCM("AESGCM", ByteOrder.BIG_ENDIAN),
    CHACHA_POLY("ChaChaPoly", ByteOrder.LITTLE_ENDIAN);

    private final String noiseName;
    private final ByteOrder nonceOrder;

    CipherSuite(String noiseName, ByteOrder nonceOrder) {
        this.noiseName = noiseName;
        this.nonceOrder = nonceOrder;
    }

    String noiseName() {
        return noiseName;
    }

    ByteOrder nonceOrder() {
        return nonceOrder;
    }
}
