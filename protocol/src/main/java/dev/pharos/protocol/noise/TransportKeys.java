package dev.pharos.protocol.noise;

/** What a finished handshake leaves: a key for each direction, and the hash of all that was said. Never prints keys. */
public final class TransportKeys {
    private final CipherSuite suite;
    private final byte[] sendKey;
    private final byte[] receiveKey;
    private final byte[] handshakeHash;

    private TransportKeys(CipherSuite suite, byte[] sendKey, byte[] receiveKey, byte[] handshakeHash) {
        this.suite = suite;
        this.sendKey = sendKey;
        this.receiveKey = receiveKey;
        this.handshakeHash = handshakeHash;
    }

    static TransportKeys ofInitiator(CipherSuite suite, SymmetricState state) {
        byte[][] keys = state.split();
        return new TransportKeys(suite, keys[0], keys[1], state.hash());
    }

    static TransportKeys ofResponder(CipherSuite suite, SymmetricState state) {
        byte[][] keys = state.split();
        return new TransportKeys(suite, keys[1], keys[0], state.hash());
    }

    /** The cipher for what we send; counters start at 3 (facts, nebula-protocol trap 8). */
    public TransportCipher sealer(TransportCipherFactory factory) {
        return factory.create(suite, sendKey);
    }

    /** The cipher for what we receive. */
    public TransportCipher opener(TransportCipherFactory factory) {
        return factory.create(suite, receiveKey);
    }

    /** 32 bytes, the same on both sides and no secret: names this handshake and nothing else. */
    public byte[] handshakeHash() {
        return handshakeHash.clone();
    }

    byte[] sendKey() {
        return sendKey;
    }

    byte[] receiveKey() {
        return receiveKey;
    }

    @Override
    public String toString() {
        return "transport keys of " + suite;
    }
}
