package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import dev.pharos.protocol.noise.TransportCipher;
import java.util.List;

/**
 * What a handshake agreed on, fixed for the life of the tunnel.
 *
 * @param own the certificate that we showed
 * @param capabilities what the peer announced beyond stock Nebula
 * @param time the initiator's clock in its first message, for the age test
 * @param answered what we answered, {@link Answered#NONE} when we began
 * @param at when it ended
 */
record Handshaken(
        Role role,
        int localIndex,
        int remoteIndex,
        TransportCipher send,
        TransportCipher receive,
        Verdict.Trusted peer,
        Certificate own,
        long capabilities,
        long time,
        Answered answered,
        long at) {

    /** Who began. */
    enum Role {
        INITIATOR,
        RESPONDER
    }

    List<VpnAddress> addresses() {
        return addresses(peer.certificate());
    }

    static List<VpnAddress> addresses(Certificate certificate) {
        return certificate.networks().stream().map(VpnPrefix::address).toList();
    }
}
