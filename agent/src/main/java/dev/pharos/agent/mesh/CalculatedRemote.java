package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Optional;

/**
 * A guess where a peer is, made from its overlay address: the network bits of {@code mask}, the peer's bits behind them
 * ({@code lighthouse.calculated_remotes}).
 *
 * @param overlay the range of overlay addresses it holds for; of the same family as {@code mask}
 * @param port 1 to 65535
 */
public record CalculatedRemote(VpnPrefix overlay, VpnPrefix mask, int port) {
    public CalculatedRemote {
        if (overlay.address().isV4() != mask.address().isV4()) {
            throw new IllegalArgumentException("mask " + mask + " is of another family than " + overlay);
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(port + " is no port");
        }
    }

    /** Empty for peers outside the range. */
    Optional<UnderlayEndpoint> of(VpnAddress peer) {
        if (!overlay.contains(peer)) {
            return Optional.empty();
        }
        VpnAddress network = mask.masked().address();
        VpnAddress bitsOfMask = new VpnPrefix(peer, mask.length()).masked().address();
        return Optional.of(new UnderlayEndpoint(
                network.high() | (peer.high() ^ bitsOfMask.high()),
                network.low() | (peer.low() ^ bitsOfMask.low()),
                port));
    }
}
