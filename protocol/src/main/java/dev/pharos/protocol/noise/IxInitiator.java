package dev.pharos.protocol.noise;

import dev.pharos.protocol.MalformedException;

/**
 * The initiator of a Noise IX handshake: message 1 is {@code e, s}, message 2 {@code e, ee, se, s, es}, no PSK, empty
 * prologue (facts, nebula-protocol 4). Message 1 is made once and may be sent many times. Whatever arrives as message 2 is tried
 * on a copy of the state: anybody can send junk, and the handshake must survive it.
 */
public final class IxInitiator {
    private final CipherSuite suite;
    private final DhKeyPair staticKey;
    private final DhKeyPair ephemeral;
    private final SymmetricState state;
    private final byte[] message;
    private boolean finished;

    /**
     * Starts a handshake.
     *
     * @param ephemeral a fresh key pair, used for this handshake alone, on the curve of {@code staticKey}
     * @param payload sent in clear
     */
    public IxInitiator(CipherSuite suite, DhKeyPair staticKey, DhKeyPair ephemeral, byte[] payload) {
        if (staticKey.function() != ephemeral.function()) {
            throw new IllegalArgumentException("static and ephemeral key are on different curves");
        }
        this.suite = suite;
        this.staticKey = staticKey;
        this.ephemeral = ephemeral;
        this.state = SymmetricState.ix(staticKey.function(), suite);
        byte[] publicEphemeral = ephemeral.publicKey();
        state.mixHash(publicEphemeral);
        byte[] publicStatic = state.encryptAndHash(staticKey.publicKey());
        this.message = Bytes.concat(publicEphemeral, publicStatic, state.encryptAndHash(payload));
    }

    /** Message 1 without packet header. */
    public byte[] message() {
        return message.clone();
    }

    /**
     * Reads message 2, from behind the packet header.
     *
     * @throws MalformedException when it does not belong to this handshake, which then goes on waiting
     * @throws IllegalStateException after a message 2 was read: keys are made once
     */
    public Result read(byte[] packet, int offset, int length) throws MalformedException {
        if (finished) {
            throw new IllegalStateException("this handshake is finished");
        }
        SymmetricState attempt = state.copy();
        int keyLength = staticKey.function().publicKeyLength();
        var reader = new HandshakeReader(packet, offset, length);
        byte[] peerEphemeral = reader.take(keyLength);
        attempt.mixHash(peerEphemeral);
        attempt.mixKey(ephemeral.agree(peerEphemeral));
        attempt.mixKey(staticKey.agree(peerEphemeral));
        byte[] peerStatic = attempt.decryptAndHash(reader.take(keyLength + TransportCipher.TAG_LENGTH));
        attempt.mixKey(ephemeral.agree(peerStatic));
        byte[] payload = attempt.decryptAndHash(reader.rest());
        finished = true;
        return new Result(peerStatic, payload, TransportKeys.ofInitiator(suite, attempt));
    }

    /** What message 2 said and made. */
    public static final class Result {
        private final byte[] peerStatic;
        private final byte[] payload;
        private final TransportKeys keys;

        private Result(byte[] peerStatic, byte[] payload, TransportKeys keys) {
            this.peerStatic = peerStatic;
            this.payload = payload;
            this.keys = keys;
        }

        /** The responder's static public key, which its certificate must vouch for. */
        public byte[] peerStatic() {
            return peerStatic.clone();
        }

        public byte[] payload() {
            return payload.clone();
        }

        public TransportKeys keys() {
            return keys;
        }
    }
}
