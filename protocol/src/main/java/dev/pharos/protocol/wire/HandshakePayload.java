package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.protobuf.ProtobufReader;
import dev.pharos.protocol.protobuf.ProtobufWriter;
import java.util.Arrays;

/**
 * What a handshake message carries inside Noise (facts, nebula-protocol 5): a protocol buffers message whose field 1 holds
 * certificate 1, initiator index 2, responder index 3, time 5, certificate version 8, and our own field 100, which
 * stock nodes skip.
 */
public final class HandshakePayload {
    private static final int CAPABILITIES = 100;

    private final byte[] certificate;
    private final int certificateVersion;
    private final int initiatorIndex;
    private final int responderIndex;
    private final long time;
    private final long capabilities;

    private HandshakePayload(
            byte[] certificate,
            int certificateVersion,
            int initiatorIndex,
            int responderIndex,
            long time,
            long capabilities) {
        this.certificate = certificate;
        this.certificateVersion = certificateVersion;
        this.initiatorIndex = initiatorIndex;
        this.responderIndex = responderIndex;
        this.time = time;
        this.capabilities = capabilities;
    }

    /**
     * The payload of the first message.
     *
     * @param certificate in its handshake form, without public key
     * @param certificateVersion 1 or 2
     * @param time the sender's wall clock, nanoseconds since 1970
     * @param capabilities bits of Pharos's extensions; 0 leaves the field out
     */
    public static HandshakePayload request(
            byte[] certificate, int certificateVersion, TunnelIndex initiator, long time, long capabilities) {
        return new HandshakePayload(certificate.clone(), certificateVersion, initiator.value(), 0, time, capabilities);
    }

    /** The payload of the second message; {@code initiator} is copied back from the first. */
    public static HandshakePayload response(
            byte[] certificate,
            int certificateVersion,
            TunnelIndex initiator,
            TunnelIndex responder,
            long time,
            long capabilities) {
        return new HandshakePayload(
                certificate.clone(), certificateVersion, initiator.value(), responder.value(), time, capabilities);
    }

    /**
     * Reads the payload of a first message.
     *
     * @throws MalformedException also when it has no certificate or no initiator index
     */
    public static HandshakePayload parseRequest(byte[] message) throws MalformedException {
        HandshakePayload payload = parse(message);
        if (payload.initiatorIndex == 0) {
            throw new MalformedException("handshake: the initiator index is 0");
        }
        return payload;
    }

    /**
     * Reads the payload of a second message.
     *
     * @throws MalformedException also when it has no certificate, no initiator index or no responder index
     */
    public static HandshakePayload parseResponse(byte[] message) throws MalformedException {
        HandshakePayload payload = parseRequest(message);
        if (payload.responderIndex == 0) {
            throw new MalformedException("handshake: the responder index is 0");
        }
        return payload;
    }

    private static HandshakePayload parse(byte[] message) throws MalformedException {
        var outer = new ProtobufReader(message);
        var details = new ProtobufReader(new byte[0]);
        while (outer.next()) {
            if (outer.field() == 1) {
                details = outer.message();
            }
        }
        byte[] certificate = new byte[0];
        int version = 1;
        int initiator = 0;
        int responder = 0;
        long time = 0;
        long capabilities = 0;
        while (details.next()) {
            switch (details.field()) {
                case 1 -> certificate = details.bytes();
                case 2 -> initiator = details.uint32();
                case 3 -> responder = details.uint32();
                case 5 -> time = details.varint();
                case 8 -> version = Math.max(1, details.uint32());
                case CAPABILITIES -> capabilities = details.varint();
                default -> {}
            }
        }
        if (certificate.length == 0) {
            throw new MalformedException("handshake: no certificate");
        }
        if (version > 2) {
            throw new MalformedException("handshake: certificate version " + version + " is unknown");
        }
        return new HandshakePayload(certificate, version, initiator, responder, time, capabilities);
    }

    public byte[] toBytes() {
        var details = new ProtobufWriter()
                .bytes(1, certificate)
                .uint32(2, initiatorIndex)
                .uint32(3, responderIndex)
                .varint(5, time)
                .uint32(8, certificateVersion)
                .varint(CAPABILITIES, capabilities);
        return new ProtobufWriter().message(1, details).toBytes();
    }

    /** The certificate in its handshake form: without the public key, which Noise carries. */
    public byte[] certificate() {
        return certificate.clone();
    }

    /** 1 or 2; nodes that do not say mean 1. */
    public int certificateVersion() {
        return certificateVersion;
    }

    public TunnelIndex initiatorIndex() {
        return new TunnelIndex(initiatorIndex);
    }

    /** The responder's index; only a second message has one. */
    public TunnelIndex responderIndex() {
        return new TunnelIndex(responderIndex);
    }

    /** The sender's wall clock in nanoseconds since 1970; only to be compared with the same sender's. */
    public long time() {
        return time;
    }

    /** Bits of the Pharos extensions that the sender speaks; 0 from a stock node. */
    public long capabilities() {
        return capabilities;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HandshakePayload that && Arrays.equals(toBytes(), that.toBytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toBytes());
    }

    @Override
    public String toString() {
        return "handshake payload, certificate v" + certificateVersion + " of " + certificate.length + " bytes";
    }
}
