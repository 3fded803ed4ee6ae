package dev.pharos.protocol.bundle;

/** The cipher of a whole network; it is never negotiated (facts, nebula-protocol trap 11). */
public enum NetworkCipher {
    AES,
    CHACHAPOLY
}
