package dev.pharos.protocol.noise;

import dev.pharos.protocol.MalformedException;

/**
 * The responder of a Noise IX handshake. Reading message 1 costs no public-key operation, as it is in clear, so its
 * certificate can be judged before any work is done; nothing in it is authenticated until the peer proves in its first
 * packet that it holds the keys.
 */
public final class IxResponder {
    private final CipherSuite suite;
    private final DhKeyPair staticKey;
    private final SymmetricState state;
    private final byte[] peerEphemeral;
    private final byte[] peerStatic;
    private final byte[] payload;
    private boolean finished;

    /**
     * Reads message 1, from behind the packet header.
     *
     * @throws MalformedException when it is too short
     */
    public IxResponder(CipherSuite suite, DhKeyPair staticKey, byte[] packet, int offset, int length)
            throws MalformedException {
        this.suite = suite;
        this.staticKey = staticKey;
        this.state = SymmetricState.ix(staticKey.function(), suite);
        int keyLength = staticKey.function().publicKeyLength();
        var reader = new HandshakeReader(packet, offset, length);
        this.peerEphemeral = reader.take(keyLength);
        state.mixHash(peerEphemeral);
        this.peerStatic = state.decryptAndHash(reader.take(keyLength));
        this.payload = state.decryptAndHash(reader.rest());
    }

    /** The static public key that the initiator claims. */
    public byte[] peerStatic() {
        return peerStatic.clone();
    }

    /** The initiator's payload. */
    public byte[] payload() {
        return payload.clone();
    }

    /**
     * Writes message 2, after which the responder may send.
     *
     * @param ephemeral a fresh key pair, used for this handshake alone, on the curve of the static key
     * @throws MalformedException when one of the initiator's public keys is none
     * @throws IllegalStateException when message 2 was already written: keys are made once
     */
    public Result respond(DhKeyPair ephemeral, byte[] responsePayload) throws MalformedException {
        if (finished) {
            throw new IllegalStateException("this handshake is finished");
        }
        if (staticKey.function() != ephemeral.function()) {
            throw new IllegalArgumentException("static and ephemeral key are on different curves");
        }
        finished = true;
        byte[] publicEphemeral = ephemeral.publicKey();
        state.mixHash(publicEphemeral);
        state.mixKey(ephemeral.agree(peerEphemeral));
        state.mixKey(ephemeral.agree(peerStatic));
        byte[] sealedStatic = state.encryptAndHash(staticKey.publicKey());
        state.mixKey(staticKey.agree(peerEphemeral));
        byte[] message = Bytes.concat(publicEphemeral, sealedStatic, state.encryptAndHash(responsePayload));
        return new Result(message, TransportKeys.ofResponder(suite, state));
    }

    /** Message 2 and the keys. */
    public static final class Result {
        private final byte[] message;
        private final TransportKeys keys;

        private Result(byte[] message, TransportKeys keys) {
            this.message = message;
            this.keys = keys;
        }

        /** Message 2 without packet header. */
        public byte[] message() {
            return message.clone();
        }

        public TransportKeys keys() {
            return keys;
        }
    }
}
