package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.RelayEntry.Kind;
import dev.pharos.agent.mesh.RelayEntry.State;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.RelayMessage;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets relays up, in all three roles (facts, nebula-protocol 11): as the host that asks for one, as the host at the far end,
 * and as the relay between two hosts ({@link RelayForwarding}). A hop ends with the tunnel it leads through.
 */
final class Relays implements TunnelListener {
    /** What becomes of a relay that stands. */
    interface Consumer {
        void relayReady(long now, Peer peer, PathState path);

        void relayLost(long now, Peer peer);
    }

    private final Context context;
    private final PeerTable peers;
    private final RelayHops hops;
    private final RelayForwarding forwarding;
    private final Opener opener;
    private final Consumer consumer;

    Relays(Context context, PeerTable peers, RelayHops hops, Opener opener, Consumer consumer) {
        this.context = context;
        this.peers = peers;
        this.hops = hops;
        this.forwarding = new RelayForwarding(context, peers, hops, opener);
        this.opener = opener;
        this.consumer = consumer;
    }

    /** Asks every relay of a peer that does not stand yet; a relay we have no tunnel to gets one first. */
    void prepare(long now, Peer target) {
        if (!mayUseRelays()) {
            return;
        }
        for (VpnAddress address : List.copyOf(target.relays())) {
            if (context.owns(address)) {
                continue;
            }
            Peer relay = peers.of(address);
            Tunnel tunnel = relay.primary();
            if (tunnel == null) {
                opener.want(now, relay);
            } else if (tunnel.endpoint() != null) {
                RelayEntry entry = tunnel.relays.get(target.address());
                if (entry == null || entry.maySendAgain(now)) {
                    request(now, tunnel, target.address());
                }
            }
        }
    }

    /** Asks again for relays that stand by our account but no longer carry anything. */
    void renew(long now, Peer target, PathState path) {
        if (path.path() instanceof Path.Relayed relayed && relayed.relay().isOpen() && mayUseRelays()) {
            request(now, relayed.relay(), target.address());
        }
    }

    private boolean mayUseRelays() {
        var relaying = context.settings().relaying();
        return relaying.use() == RelayUse.ALLOWED && relaying.role() == RelayRole.NONE;
    }

    private void request(long now, Tunnel relay, VpnAddress target) {
        RelayEntry entry = relay.relays.get(target);
        if (entry == null) {
            entry = hops.add(now, relay, target, Kind.TERMINAL, State.REQUESTED);
        }
        if (entry != null && entry.kind() == Kind.TERMINAL) {
            entry.requested(now);
            hops.send(
                    now,
                    relay,
                    new CreateRelayRequest(
                            RelayHops.index(entry), target, context.identity().address()));
        }
    }

    /** A decrypted control packet. */
    void received(long now, Tunnel from, RelayMessage.Received received) {
        switch (received.message()) {
            case CreateRelayRequest request -> requested(now, from, request, received.form());
            case CreateRelayResponse response -> responded(now, from, response);
            case RelayMessage.Unknown unknown -> {}
        }
    }

    private void requested(long now, Tunnel from, CreateRelayRequest request, AddressForm form) {
        if (context.owns(request.to())) {
            accept(now, from, request, form);
        } else if (context.settings().relaying().role() == RelayRole.FORWARDS
                && from.addresses().contains(request.from())) {
            forwarding.requested(now, from, request);
        }
    }

    /** We are the far end: {@code from} is the relay. */
    private void accept(long now, Tunnel from, CreateRelayRequest request, AddressForm form) {
        VpnAddress initiator = request.from();
        if (!context.reaches(initiator) || context.owns(initiator)) {
            return;
        }
        RelayEntry entry = from.relays.get(initiator);
        if (entry == null || entry.kind() != Kind.TERMINAL) {
            entry = hops.add(now, from, initiator, Kind.TERMINAL, State.PEER_REQUESTED);
        }
        if (entry == null) {
            return;
        }
        // The relay passes nothing on before it has this answer.
        hops.send(
                now,
                from,
                new CreateRelayResponse(request.initiatorIndex(), RelayHops.index(entry), request.to(), initiator),
                form);
        establish(now, entry, request.initiatorIndex().value());
    }

    private void responded(long now, Tunnel from, CreateRelayResponse response) {
        RelayEntry entry = hops.byIndex(response.initiatorIndex());
        if (entry == null || entry.tunnel() != from) {
            return;
        }
        switch (entry.kind()) {
            case TERMINAL -> establish(now, entry, response.responderIndex().value());
            case FORWARDING -> forwarding.responded(now, entry, response);
        }
    }

    private void establish(long now, RelayEntry entry, int remote) {
        Peer peer = peers.of(entry.farEnd());
        if (entry.isEstablished() && entry.remoteIndex() != remote) {
            peer.paths.removeIf(path -> leadsThrough(path, entry.tunnel()));
        }
        entry.establish(remote);
        PathState path = peer.paths.of(new Path.Relayed(entry.tunnel(), remote));
        consumer.relayReady(now, peer, path);
    }

    /** Hops move to the new tunnel of a relay, or of a host that we relay for, before the old one ends. */
    @Override
    public void promoted(long now, Tunnel tunnel, @Nullable Tunnel previous) {
        if (tunnel.endpoint() == null) {
            return;
        }
        if (previous != null) {
            migrate(now, tunnel, previous);
        } else if (mayUseRelays()) {
            warm(now, tunnel);
        }
    }

    /** Peers that this new tunnel may relay to get their spare path, in use or not. */
    private void warm(long now, Tunnel relay) {
        for (Peer peer : peers.all()) {
            boolean wanted = peer.primary() != null || peer.pending != null;
            if (wanted && relay.addresses().stream().anyMatch(peer.relays()::contains)) {
                request(now, relay, peer.address());
            }
        }
    }

    private void migrate(long now, Tunnel tunnel, Tunnel previous) {
        for (RelayEntry entry : List.copyOf(previous.relays.values())) {
            if (tunnel.relays.containsKey(entry.farEnd())) {
                continue;
            }
            switch (entry.kind()) {
                case TERMINAL -> {
                    if (mayUseRelays()) {
                        request(now, tunnel, entry.farEnd());
                    }
                }
                case FORWARDING -> forwarding.migrate(now, tunnel, entry);
            }
        }
    }

    @Override
    public void closed(long now, Tunnel tunnel) {
        for (RelayEntry entry : List.copyOf(tunnel.relays.values())) {
            hops.drop(entry);
            switch (entry.kind()) {
                case TERMINAL -> {
                    Peer peer = peers.of(entry.farEnd());
                    if (peer.paths.removeIf(path -> leadsThrough(path, tunnel))) {
                        consumer.relayLost(now, peer);
                    }
                }
                case FORWARDING -> forwarding.dropped(entry);
            }
        }
    }

    private static boolean leadsThrough(PathState path, Tunnel tunnel) {
        return path.path() instanceof Path.Relayed relayed && relayed.relay() == tunnel;
    }
}
