package dev.pharos.agent.mesh;

import dev.pharos.protocol.cert.Certificate;

/** When a tunnel that works gets a successor, made by a new handshake (facts, nebula-protocol 8.3). */
final class Renewals {
    /** From so many packets on; a nonce must never come twice. */
    private static final long MAX_PACKETS = 1L << 34;

    private Renewals() {}

    /**
     * Whether the certificate we showed is no longer ours, a newer version of it could be shown, or the counter has come
     * far.
     */
    static boolean isDue(long now, Tunnel tunnel, Identity identity) {
        Certificate shown = tunnel.handshaken().own();
        return !identity.certificates().contains(shown)
                || isNewerPossible(now, tunnel, identity, shown)
                || Long.compareUnsigned(tunnel.packetsSent(), MAX_PACKETS) >= 0;
    }

    private static boolean isNewerPossible(long now, Tunnel tunnel, Identity identity, Certificate shown) {
        var peers = tunnel.certificate().version();
        boolean peerIsNewer = peers.compareTo(shown.version()) > 0
                && identity.certificate(peers).isPresent();
        boolean wantedIsNewer = identity.initiating().compareTo(shown.version()) > 0
                && identity.certificate(identity.initiating()).isPresent()
                && tunnel.peer().readsVersionTwo(now);
        return peerIsNewer || wantedIsNewer;
    }
}
