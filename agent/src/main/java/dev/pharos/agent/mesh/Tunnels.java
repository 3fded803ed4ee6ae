package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.agent.mesh.MeshEvent.TunnelClosed;
import dev.pharos.agent.mesh.MeshEvent.TunnelOpened;
import dev.pharos.agent.mesh.Tunnel.Standing;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of tunnels: opened, promoted to carry their peer's traffic, replaced, closed. */
final class Tunnels {
    /** As responder we hold what we want to send this long, lest it overtakes our answer (facts, trap 16). */
    static final long HOLD = Times.millis(50);

    private static final byte[] EMPTY = {};

    /** Whether the peer is told that a tunnel ends. */
    enum Notice {
        TELL,
        SILENT
    }

    private final Context context;
    private final PeerTable peers;
    private final TunnelTable table;
    private final Sender sender;
    private final Owners owners;
    private final Tunnel.Watcher watcher;
    private final List<TunnelListener> listeners = new ArrayList<>();

    Tunnels(Context context, PeerTable peers, TunnelTable table, Sender sender, Owners owners, Tunnel.Watcher watcher) {
        this.context = context;
        this.peers = peers;
        this.table = table;
        this.sender = sender;
        this.owners = owners;
        this.watcher = watcher;
    }

    void listen(TunnelListener listener) {
        listeners.add(listener);
    }

    /** Installs what a handshake made. The tunnel is held until {@link #promote}. */
    Tunnel open(long now, Handshaken handshaken, Arrival arrival) {
        Peer peer = peers.of(handshaken.addresses());
        PathState path = peer.paths.of(arrival.path());
        path.heard(now);
        peer.isAbsent = false;
        int owner = owners.of(handshaken.localIndex());
        Tunnel.Watcher told = owners.loops().watcher(owner, watcher);
        Tunnel tunnel = new Tunnel(peer, handshaken, path, owner, told, now);
        peer.tunnels.add(tunnel);
        table.add(tunnel);
        if (arrival instanceof Arrival.Direct direct) {
            peer.remotes.heard(direct.from());
        }
        context.output().opened(tunnel);
        while (peer.tunnels.size() > Peer.MAX_TUNNELS) {
            context.limits().count(Limit.TUNNELS);
            close(now, oldestBut(peer, tunnel), CloseReason.REPLACED, Notice.SILENT);
        }
        return tunnel;
    }

    private static Tunnel oldestBut(Peer peer, Tunnel spared) {
        for (Tunnel tunnel : peer.tunnels) {
            if (tunnel != spared && tunnel.standing() != Standing.PRIMARY) {
                return tunnel;
            }
        }
        return peer.tunnels.getFirst();
    }

    /** Lets a tunnel carry its peer's traffic, and what has waited for it first. */
    void promote(long now, Tunnel tunnel) {
        Peer peer = tunnel.peer();
        Tunnel previous = peer.primary();
        if (previous == tunnel || tunnel.standing() == Standing.CLOSED) {
            return;
        }
        if (previous != null) {
            previous.standing(Standing.SPARE);
        }
        Standing before = tunnel.standing();
        tunnel.standing(Standing.PRIMARY);
        peer.primary(tunnel, now);
        if (before == Standing.HELD) {
            announce(now, tunnel);
        }
        for (TunnelListener listener : listeners) {
            listener.promoted(now, tunnel, previous);
        }
        release(tunnel);
    }

    private void announce(long now, Tunnel tunnel) {
        PendingHandshake pending = tunnel.peer().pending;
        long began = pending != null ? pending.startedAt() : tunnel.handshaken().at();
        context.output()
                .event(new TunnelOpened(
                        tunnel.peerName(),
                        tunnel.addresses().getFirst(),
                        tunnel.path().toString(),
                        (now - began) / Times.MILLISECOND));
    }

    private void release(Tunnel tunnel) {
        Peer peer = tunnel.peer();
        context.counters().packetsReleased(peer.waiting.size());
        for (int left = peer.waiting.size(); left > 0; left--) {
            byte[] packet = peer.waiting.removeFirst();
            context.output().release(tunnel, packet, 0, packet.length);
        }
    }

    /** Ends a tunnel at once, and everything that leads through it. */
    void close(long now, Tunnel tunnel, CloseReason reason, Notice notice) {
        if (!tunnel.isOpen()) {
            return;
        }
        if (notice == Notice.TELL) {
            sender.send(now, tunnel, PacketType.CLOSE_TUNNEL, EMPTY, Answer.NONE);
        }
        Standing before = tunnel.standing();
        Peer peer = tunnel.peer();
        tunnel.standing(Standing.CLOSED);
        peer.tunnels.remove(tunnel);
        table.remove(tunnel);
        context.output().closed(tunnel);
        for (TunnelListener listener : listeners) {
            listener.closed(now, tunnel);
        }
        if (peer.primary() == tunnel) {
            peer.primary(null, now);
            Tunnel next = latestSpare(peer);
            if (next != null && reason != CloseReason.CERTIFICATE) {
                promote(now, next);
            }
        }
        if (before != Standing.HELD && peer.primary() == null) {
            context.output().event(new TunnelClosed(tunnel.peerName(), peer.address(), reason));
        }
    }

    private static @Nullable Tunnel latestSpare(Peer peer) {
        for (Tunnel tunnel : peer.tunnels.reversed()) {
            if (tunnel.standing() == Standing.SPARE) {
                return tunnel;
            }
        }
        return null;
    }
}
