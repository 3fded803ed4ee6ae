package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Between the live peers and {@link PeerStatus}. */
final class StatusReport {
    private final Context context;
    private final PeerTable peers;

    StatusReport(Context context, PeerTable peers) {
        this.context = context;
        this.peers = peers;
    }

    List<PeerStatus> peers(long now) {
        List<PeerStatus> statuses = new ArrayList<>();
        for (Peer peer : peers.all()) {
            Tunnel tunnel = peer.primary();
            if (tunnel != null) {
                statuses.add(status(now, peer, tunnel));
            }
        }
        statuses.sort(Comparator.comparing(status -> status.addresses().getFirst()));
        return statuses;
    }

    private PeerStatus status(long now, Peer peer, Tunnel tunnel) {
        Optional<Tunnel> relay =
                tunnel.path() instanceof Path.Relayed relayed ? Optional.of(relayed.relay()) : Optional.empty();
        Optional<UnderlayEndpoint> endpoint =
                Optional.ofNullable(relay.orElse(tunnel).endpoint());
        long roundTrip = tunnel.pathState().roundTrip();
        long bytesIn = 0;
        long bytesOut = 0;
        long lastHeard = Times.NEVER;
        for (Tunnel one : peer.tunnels) {
            bytesIn += one.bytesIn();
            bytesOut += one.bytesOut();
            lastHeard = Math.max(lastHeard, one.lastHeard());
        }
        return new PeerStatus(
                tunnel.peerName(),
                tunnel.addresses(),
                relay.map(one -> one.addresses().getFirst()),
                relay.map(Tunnel::peerName),
                endpoint,
                roundTrip == PathState.UNMEASURED ? OptionalLong.empty() : OptionalLong.of(roundTrip),
                context.wallTime(tunnel.handshaken().at()),
                context.wallTime(lastHeard),
                bytesIn,
                bytesOut,
                alternatives(now, peer, tunnel));
    }

    private static List<String> alternatives(long now, Peer peer, Tunnel tunnel) {
        return peer.paths.all().stream()
                .filter(path -> path != tunnel.pathState())
                .filter(path -> path.hasAnswered() || !path.isDirect())
                .filter(path -> now - path.lastHeard() < Times.seconds(600))
                .sorted(Comparator.comparing(path -> PathChoice.isFailing(path, now)))
                .map(PathState::toString)
                .toList();
    }
}
