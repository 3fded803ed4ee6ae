package dev.pharos.agent.fuzz;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.DhKeyPair;
import dev.pharos.protocol.noise.IxInitiator;
import dev.pharos.protocol.noise.IxResponder;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.TunnelIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Both messages of the handshake, and what they carry; the first byte of the input chooses. */
final class HandshakeFuzz implements FuzzTarget {
    private final DhKeyPair x25519 = pair(Curve.CURVE25519);
    private final DhKeyPair p256 = pair(Curve.P256);
    private final Random random = new Random(1);

    private static DhKeyPair pair(Curve curve) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 3);
        try {
            return curve == Curve.P256 ? DhKeyPair.p256(secret) : DhKeyPair.x25519(secret);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void run(byte[] input) throws Refused {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        try {
            switch (input[0] & 7) {
                case 0, 1 -> first(x25519, Curve.CURVE25519, bytes);
                case 2 -> first(p256, Curve.P256, bytes);
                case 3 -> second(x25519, bytes);
                case 4 -> second(p256, bytes);
                default -> payload(bytes);
            }
        } catch (MalformedException e) {
            throw new Refused(e);
        }
    }

    /** As far as a responder reads before it checks a signature. */
    private static void first(DhKeyPair key, Curve curve, byte[] message) throws MalformedException {
        var responder = new IxResponder(CipherSuite.AES_GCM, key, message, 0, message.length);
        HandshakePayload payload = HandshakePayload.parseRequest(responder.payload());
        CertificateVersion version = payload.certificateVersion() == 1 ? CertificateVersion.V1 : CertificateVersion.V2;
        Certificate.fromHandshake(version, payload.certificate(), responder.peerStatic(), curve);
    }

    private void second(DhKeyPair key, byte[] message) throws MalformedException {
        var initiator = new IxInitiator(CipherSuite.AES_GCM, key, key.newEphemeral(random), new byte[0]);
        initiator.read(message, 0, message.length);
    }

    private static void payload(byte[] message) throws MalformedException {
        HandshakePayload payload = HandshakePayload.parseResponse(message);
        FuzzTarget.require(HandshakePayload.parseResponse(payload.toBytes()).equals(payload), "another payload");
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Certificate certificate : Samples.certificates()) {
            boolean curve25519 = certificate.curve() == Curve.CURVE25519;
            DhKeyPair key = curve25519 ? x25519 : p256;
            int version = certificate.version() == CertificateVersion.V1 ? 1 : 2;
            byte[] request = HandshakePayload.request(
                            certificate.handshakeEncoding(), version, new TunnelIndex(7), 1_700_000_000, 1)
                    .toBytes();
            byte[] response = HandshakePayload.response(
                            certificate.handshakeEncoding(),
                            version,
                            new TunnelIndex(7),
                            new TunnelIndex(9),
                            1_700_000_000,
                            1)
                    .toBytes();
            byte[] message = new IxInitiator(CipherSuite.AES_GCM, key, key.newEphemeral(random), request).message();
            seeds.add(Samples.prefixed(curve25519 ? 0 : 2, message));
            seeds.add(Samples.prefixed(curve25519 ? 3 : 4, message));
            seeds.add(Samples.prefixed(5, response));
        }
        return seeds;
    }
}
