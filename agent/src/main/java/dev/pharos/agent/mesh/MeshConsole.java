package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a person may see of a mesh, and do to it, by hand. On the loop's thread, as everything of the mesh. */
public final class MeshConsole {
    private final Context context;
    private final PeerTable peers;
    private final Tunnels tunnels;
    private final TunnelTable table;
    private final Handshakes handshakes;
    private final Lighthouses lighthouses;
    private final PathSwitch paths;

    MeshConsole(
            Context context,
            PeerTable peers,
            Tunnels tunnels,
            TunnelTable table,
            Handshakes handshakes,
            Lighthouses lighthouses,
            PathSwitch paths) {
        this.context = context;
        this.peers = peers;
        this.tunnels = tunnels;
        this.table = table;
        this.handshakes = handshakes;
        this.lighthouses = lighthouses;
        this.paths = paths;
    }

    /**
     * A tunnel.
     *
     * @param isPrimary whether it carries its peer's traffic
     * @param messageCounter of the next packet sent
     * @param remotes where the peer may be
     */
    public record TunnelInfo(
            List<String> vpnAddrs,
            String name,
            String fingerprint,
            boolean isPrimary,
            long localIndex,
            long remoteIndex,
            long messageCounter,
            String path,
            List<String> remotes,
            List<String> relays,
            long bytesIn,
            long bytesOut) {}

    /** A handshake that waits for its answer. */
    public record PendingInfo(String vpnAddr, long localIndex, int attempts, List<String> remotes) {}

    /** Where a host may be, and by which relays it is reached. */
    public record LocationInfo(String vpnAddr, List<String> remotes, List<String> relays) {}

    /** One hop of a relay. */
    public record RelayInfo(String kind, String by, String farEnd, long localIndex, long remoteIndex, String state) {}

    /** How much of everything there is. */
    public record Sizes(int hosts, int tunnels, int remoteIndexes, int relayIndexes, int pending) {}

    /** Every tunnel, by address. */
    public List<TunnelInfo> tunnels() {
        return peers.tunnels().stream()
                .sorted(Comparator.comparing(tunnel -> tunnel.addresses().getFirst()))
                .map(MeshConsole::info)
                .toList();
    }

    /** Every handshake under way. */
    public List<PendingInfo> pending() {
        List<PendingInfo> all = new ArrayList<>();
        for (Peer peer : peers.all()) {
            PendingHandshake handshake = peer.pending;
            if (handshake != null) {
                all.add(new PendingInfo(
                        peer.address().toString(),
                        Integer.toUnsignedLong(handshake.localIndex()),
                        handshake.attempts(),
                        texts(peer.remotes.all())));
            }
        }
        return all;
    }

    /** Every host of whom anything is known. */
    public List<LocationInfo> locations() {
        return peers.all().stream()
                .sorted(Comparator.comparing(Peer::address))
                .map(MeshConsole::location)
                .toList();
    }

    /** Every hop of every relay, ours and those that we forward. */
    public List<RelayInfo> relays() {
        return peers.tunnels().stream()
                .flatMap(tunnel -> tunnel.relays.values().stream())
                .map(relay -> new RelayInfo(
                        relay.kind().name(),
                        relay.tunnel().peerName(),
                        relay.farEnd().toString(),
                        Integer.toUnsignedLong(relay.localIndex()),
                        Integer.toUnsignedLong(relay.remoteIndex()),
                        relay.state().name()))
                .toList();
    }

    public Sizes sizes() {
        List<Tunnel> all = peers.tunnels();
        int hosts = (int) all.stream().map(Tunnel::peer).distinct().count();
        int relays = all.stream().mapToInt(tunnel -> tunnel.relays.size()).sum();
        return new Sizes(hosts, all.size(), all.size(), relays, table.pendingCount());
    }

    /** The certificates of all peers with a tunnel. */
    public List<Certificate> certificates() {
        return peers.tunnels().stream().map(Tunnel::certificate).distinct().toList();
    }

    /** What it has sent and received. */
    public MeshCounters.Snapshot counters() {
        return context.counters().snapshot();
    }

    /** Begins a handshake, also at this endpoint; false when the address is none of a peer. */
    public boolean createTunnel(long now, VpnAddress address, Optional<UnderlayEndpoint> endpoint) {
        if (context.owns(address) || !context.reaches(address)) {
            return false;
        }
        Peer peer = peers.of(address);
        endpoint.ifPresent(known -> peer.remotes.set(Remotes.Source.CLAIMED, List.of(known)));
        lighthouses.find(now, peer);
        handshakes.start(now, peer);
        return true;
    }

    /** Closes all tunnels to a peer and tells it; false when there is none. */
    public boolean closeTunnel(long now, VpnAddress address) {
        return close(now, address, Tunnels.Notice.TELL);
    }

    /** {@link #closeTunnel} without telling the peer. */
    public boolean dropTunnel(long now, VpnAddress address) {
        return close(now, address, Tunnels.Notice.SILENT);
    }

    private boolean close(long now, VpnAddress address, Tunnels.Notice notice) {
        Peer peer = peers.find(address);
        if (peer == null || peer.tunnels.isEmpty()) {
            return false;
        }
        for (Tunnel tunnel : List.copyOf(peer.tunnels)) {
            tunnels.close(now, tunnel, CloseReason.BY_HAND, notice);
        }
        return true;
    }

    /** Sends a tunnel's packets there from now on, until something speaks for another path; false without a tunnel. */
    public boolean changeRemote(long now, VpnAddress address, UnderlayEndpoint endpoint) {
        Peer peer = peers.find(address);
        Tunnel tunnel = peer == null ? null : peer.primary();
        if (peer == null || tunnel == null) {
            return false;
        }
        paths.use(now, tunnel, peer.paths.of(new Path.Direct(endpoint)));
        return true;
    }

    /** Asks the lighthouses, whose answers come later, and says what is known now. */
    public LocationInfo query(long now, VpnAddress address) {
        Peer peer = peers.of(address);
        lighthouses.find(now, peer);
        return location(peer);
    }

    private static TunnelInfo info(Tunnel tunnel) {
        return new TunnelInfo(
                texts(tunnel.addresses()),
                tunnel.peerName(),
                tunnel.certificate().fingerprint().hex(),
                tunnel.peer().primary() == tunnel,
                Integer.toUnsignedLong(tunnel.localIndex()),
                Integer.toUnsignedLong(tunnel.remoteIndex()),
                tunnel.messageCounter(),
                tunnel.path().toString(),
                texts(tunnel.peer().remotes.all()),
                texts(tunnel.peer().relays()),
                tunnel.bytesIn(),
                tunnel.bytesOut());
    }

    private static LocationInfo location(Peer peer) {
        return new LocationInfo(peer.address().toString(), texts(peer.remotes.all()), texts(peer.relays()));
    }

    private static List<String> texts(java.util.Collection<?> values) {
        return values.stream().map(Object::toString).toList();
    }
}
