package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.PendingHandshake.Offer;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.IxInitiator;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.TunnelIndex;
import java.util.Optional;

/** Makes first messages: which of our certificates a peer is shown, and when another one (facts, nebula-protocol trap 1). */
final class Offers {
    private static final long FIRST_COUNTER = 1;

    private final Context context;
    private Credentials own;

    Offers(Context context) {
        this.context = context;
        this.own = new Credentials(context.identity());
    }

    Credentials own() {
        return own;
    }

    void identityChanged() {
        own = new Credentials(context.identity());
    }

    Offer first(long now, PendingHandshake handshake) {
        return of(now, handshake, firstVersion(now, handshake.peer()));
    }

    /** What a V2 peer showed or only V2 can name asks for V2; what an old one once failed to read is not shown again. */
    private CertificateVersion firstVersion(long now, Peer peer) {
        Tunnel known = peer.primary();
        boolean newer = known != null && known.certificate().version() == CertificateVersion.V2;
        CertificateVersion wanted = context.identity().initiating();
        if (newer || !peer.address().isV4()) {
            wanted = CertificateVersion.V2;
        } else if (!peer.readsVersionTwo(now)) {
            wanted = CertificateVersion.V1;
        }
        return own.identity().certificateOr(wanted).version();
    }

    /** A V1 offer is understood by all; only after V2 is there something to fall back to. */
    Optional<Offer> fallback(long now, PendingHandshake handshake) {
        boolean begunWithTwo = handshake.offers().getFirst().own().version() == CertificateVersion.V2;
        return begunWithTwo
                        && own.identity().certificate(CertificateVersion.V1).isPresent()
                        && handshake.peer().address().isV4()
                ? Optional.of(of(now, handshake, CertificateVersion.V1))
                : Optional.empty();
    }

    Offer of(long now, PendingHandshake handshake, CertificateVersion version) {
        Certificate certificate = own.identity().certificateOr(version);
        long time = context.wallNanos(now);
        HandshakePayload payload = HandshakePayload.request(
                certificate.handshakeEncoding(),
                certificate.version().number(),
                new TunnelIndex(handshake.localIndex()),
                time,
                Tunnel.PROBES);
        var noise = new IxInitiator(
                own.identity().cipher(),
                own.staticKey(),
                own.staticKey().newEphemeral(context.random()),
                payload.toBytes());
        byte[] message = noise.message();
        byte[] packet = new byte[Header.LENGTH + message.length];
        Header.write(packet, 0, PacketType.HANDSHAKE, 0, FIRST_COUNTER);
        System.arraycopy(message, 0, packet, Header.LENGTH, message.length);
        return new Offer(noise, certificate, packet, time);
    }
}
