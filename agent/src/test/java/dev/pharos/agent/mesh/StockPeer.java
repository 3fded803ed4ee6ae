package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.DhKeyPair;
import dev.pharos.protocol.noise.IxInitiator;
import dev.pharos.protocol.noise.IxResponder;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.noise.TransportKeys;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.TunnelIndex;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A peer of tests that makes single packets by hand, those of a stock node and those that no decent node sends. It knows
 * one tunnel: that of its last handshake.
 */
final class StockPeer {
    private final Identity identity;
    private final DhKeyPair staticKey;
    private final Random random = new Random(7);
    private long clock = 1;
    private int index = 0x1000;
    private int remoteIndex;
    private long counter;
    private @Nullable IxInitiator initiator;
    private @Nullable TransportCipher sealer;
    private @Nullable TransportCipher opener;

    StockPeer(Authority authority, String name, VpnPrefix network) {
        this(authority, name, network, CipherSuite.AES_GCM);
    }

    StockPeer(Authority authority, String name, VpnPrefix network, CipherSuite cipher) {
        identity = authority.identity(name, network, cipher, CertificateVersion.V1);
        try {
            staticKey = DhKeyPair.x25519(identity.key().secret());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    VpnAddress address() {
        return identity.address();
    }

    /** Its number for its tunnel: what packets to it must carry. */
    int index() {
        return index;
    }

    /** The number that packets of its tunnel carry. */
    int remoteIndex() {
        return remoteIndex;
    }

    /** Begins a handshake. */
    byte[] stage1() {
        index++;
        Certificate own = identity.certificates().getFirst();
        var payload = HandshakePayload.request(own.handshakeEncoding(), 1, new TunnelIndex(index), clock++, 0);
        initiator = new IxInitiator(identity.cipher(), staticKey, staticKey.newEphemeral(random), payload.toBytes());
        return packet(new Header(PacketType.HANDSHAKE, 0, 1), initiator.message());
    }

    /** Reads the answer to its handshake; from then on it sends on that tunnel. */
    HandshakePayload finish(byte[] stage2) throws MalformedException {
        IxInitiator begun = initiator;
        if (begun == null || Header.remoteIndex(stage2, 0) != index) {
            throw new AssertionError("an answer to nothing");
        }
        IxInitiator.Result result = begun.read(stage2, Header.LENGTH, stage2.length - Header.LENGTH);
        HandshakePayload payload = HandshakePayload.parseResponse(result.payload());
        use(result.keys(), payload.responderIndex());
        return payload;
    }

    /** Answers a handshake; from then on it sends on that tunnel. */
    byte[] answer(byte[] stage1) throws MalformedException {
        index++;
        var responder =
                new IxResponder(identity.cipher(), staticKey, stage1, Header.LENGTH, stage1.length - Header.LENGTH);
        HandshakePayload request = HandshakePayload.parseRequest(responder.payload());
        Certificate own = identity.certificates().getFirst();
        var payload = HandshakePayload.response(
                own.handshakeEncoding(), 1, request.initiatorIndex(), new TunnelIndex(index), clock++, 0);
        IxResponder.Result result = responder.respond(staticKey.newEphemeral(random), payload.toBytes());
        use(result.keys(), request.initiatorIndex());
        return packet(new Header(PacketType.HANDSHAKE, remoteIndex, 2), result.message());
    }

    private void use(TransportKeys keys, TunnelIndex remote) {
        sealer = keys.sealer(TransportCipherFactory.JCE);
        opener = keys.opener(TransportCipherFactory.JCE);
        remoteIndex = remote.value();
        counter = 3;
    }

    /** The next packet of its tunnel. */
    byte[] seal(PacketType type, byte... text) {
        return sealAs(counter++, type, text);
    }

    byte[] sealAs(long number, PacketType type, byte... text) {
        TransportCipher cipher = sealer;
        if (cipher == null) {
            throw new AssertionError("no tunnel");
        }
        byte[] packet = packet(new Header(type, remoteIndex, number), text);
        byte[] sealed = Arrays.copyOf(packet, packet.length + TransportCipher.TAG_LENGTH);
        cipher.seal(number, sealed, 0, Header.LENGTH, Header.LENGTH, text.length);
        return sealed;
    }

    /** The text of a packet to it. */
    byte[] open(byte[] packet) {
        byte[] copy = packet.clone();
        TransportCipher cipher = opener;
        int sealed = copy.length - Header.LENGTH;
        if (cipher == null || !cipher.open(Header.counter(copy, 0), copy, 0, Header.LENGTH, Header.LENGTH, sealed)) {
            throw new AssertionError("not a packet of this tunnel");
        }
        return Arrays.copyOfRange(copy, Header.LENGTH, copy.length - TransportCipher.TAG_LENGTH);
    }

    private static byte[] packet(Header header, byte[] body) {
        byte[] packet = new byte[Header.LENGTH + body.length];
        header.write(packet, 0);
        System.arraycopy(body, 0, packet, Header.LENGTH, body.length);
        return packet;
    }
}
