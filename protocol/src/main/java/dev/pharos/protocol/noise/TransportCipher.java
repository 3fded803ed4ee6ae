package dev.pharos.protocol.noise;

/**
 * One direction of a tunnel's encryption, in place in the caller's buffer. An instance belongs to one thread at a time
 * and caches what its key needs. Counters are the owner's: it never seals two packets with the same one.
 */
public interface TransportCipher {
    /** Bytes that sealing adds behind the text. */
    int TAG_LENGTH = 16;

    /** Bytes of a key. */
    int KEY_LENGTH = 32;

    /**
     * Encrypts the text and writes the tag behind it, so {@link #TAG_LENGTH} more bytes of the buffer must be free there.
     * An empty text authenticates the additional data alone, as relayed packets want it.
     */
    void seal(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength);

    /**
     * Checks and decrypts what {@link #seal} made.
     *
     * @param sealedLength of text and tag together
     * @return false when it was forged, damaged or too short; the sealed bytes are lost then
     */
    boolean open(long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength);
}
