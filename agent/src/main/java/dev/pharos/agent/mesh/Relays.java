package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.RelayEntry.Kind;
import dev.pharos.agent.mesh.RelayEntry.State;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.RelayIndex;
import dev.pharos.protocol.wire.RelayMessage;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets relays up, in all three roles (facts, nebula-protocol 11): as the host that asks for one, as the relay between two
 * hosts, and as the host at the far end. Each hop has an entry on the tunnel it leads through, and ends with it.
 */
final class Relays implements TunnelListener {
    /** Entries on one tunnel: who has more peers than this behind one relay does without the rest. */
    private static final int MAX_PER_TUNNEL = 4096;

    /** What becomes of a relay that stands. */
    interface Consumer {
        void relayReady(long now, Peer peer, PathState path);

        void relayLost(long now, Peer peer);
    }

    private final Context context;
    private final PeerTable peers;
    private final TunnelTable table;
    private final Sender sender;
    private final Owners owners;
    private final Opener opener;
    private final Consumer consumer;

    Relays(
            Context context,
            PeerTable peers,
            TunnelTable table,
            Sender sender,
            Owners owners,
            Opener opener,
            Consumer consumer) {
        this.context = context;
        this.peers = peers;
        this.table = table;
        this.sender = sender;
        this.owners = owners;
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
            entry = add(now, relay, target, Kind.TERMINAL, State.REQUESTED);
        }
        if (entry != null && entry.kind() == Kind.TERMINAL) {
            entry.requested(now);
            send(
                    now,
                    relay,
                    new CreateRelayRequest(
                            index(entry), target, context.identity().address()),
                    form(relay));
        }
    }

    private @Nullable RelayEntry add(long now, Tunnel tunnel, VpnAddress farEnd, Kind kind, State state) {
        if (tunnel.relays.size() >= MAX_PER_TUNNEL) {
            context.limits().hit(now, Limit.RELAYS, tunnel.peerName());
            return null;
        }
        var entry = new RelayEntry(owners.relayIndex(tunnel, table::isRelayIndexTaken), tunnel, farEnd, kind, state);
        RelayEntry replaced = tunnel.relays.put(farEnd, entry);
        if (replaced != null) {
            drop(replaced);
        }
        table.add(entry);
        return entry;
    }

    private void drop(RelayEntry entry) {
        entry.close();
        table.remove(entry);
        entry.tunnel().relays.remove(entry.farEnd(), entry);
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
            forward(now, from, request);
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
            entry = add(now, from, initiator, Kind.TERMINAL, State.PEER_REQUESTED);
        }
        if (entry == null) {
            return;
        }
        // The relay passes nothing on before it has this answer.
        send(now, from, new CreateRelayResponse(request.initiatorIndex(), index(entry), request.to(), initiator), form);
        establish(now, entry, request.initiatorIndex().value());
    }

    /** We are the relay. With no direct tunnel to the far end there is no answer: the initiator asks again. */
    private void forward(long now, Tunnel from, CreateRelayRequest request) {
        // Whom it relays for need not be in the relay's own networks; strangers are not looked for.
        Peer far = context.reaches(request.to()) ? peers.of(request.to()) : peers.find(request.to());
        if (far == null) {
            return;
        }
        Tunnel onward = far.primary();
        if (onward == null) {
            opener.want(now, far);
            return;
        }
        if (onward.endpoint() == null) {
            return;
        }
        RelayEntry near = forwarding(now, from, request.to());
        RelayEntry next = forwarding(now, onward, request.from());
        if (near == null || next == null) {
            return;
        }
        near.join(next);
        if (near.isEstablished()) {
            near.establish(request.initiatorIndex().value());
        } else {
            near.peerRequested(request.initiatorIndex().value());
        }
        send(now, onward, new CreateRelayRequest(index(next), request.to(), request.from()), form(onward));
    }

    private @Nullable RelayEntry forwarding(long now, Tunnel tunnel, VpnAddress farEnd) {
        RelayEntry entry = tunnel.relays.get(farEnd);
        return entry != null && entry.kind() == Kind.FORWARDING
                ? entry
                : add(now, tunnel, farEnd, Kind.FORWARDING, State.REQUESTED);
    }

    private void responded(long now, Tunnel from, CreateRelayResponse response) {
        RelayEntry entry = table.relay(response.initiatorIndex().value());
        if (entry == null || entry.tunnel() != from) {
            return;
        }
        int remote = response.responderIndex().value();
        switch (entry.kind()) {
            case TERMINAL -> establish(now, entry, remote);
            case FORWARDING -> {
                entry.establish(remote);
                answerInitiator(now, entry, response);
            }
        }
    }

    private void answerInitiator(long now, RelayEntry next, CreateRelayResponse response) {
        RelayEntry near = next.otherHop();
        if (near == null || near.state() == State.REQUESTED || near.state() == State.CLOSED) {
            return;
        }
        near.establish(near.remoteIndex());
        Tunnel initiator = near.tunnel();
        send(
                now,
                initiator,
                new CreateRelayResponse(
                        new RelayIndex(near.remoteIndex()), index(near), response.to(), response.from()),
                form(initiator));
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
                case FORWARDING -> migrate(now, tunnel, entry);
            }
        }
    }

    private void migrate(long now, Tunnel tunnel, RelayEntry old) {
        RelayEntry other = old.otherHop();
        if (other == null || other.state() == State.CLOSED) {
            return;
        }
        RelayEntry entry = add(now, tunnel, old.farEnd(), Kind.FORWARDING, State.REQUESTED);
        if (entry != null) {
            entry.join(other);
            VpnAddress to = tunnel.addresses().getFirst();
            send(now, tunnel, new CreateRelayRequest(index(entry), to, old.farEnd()), form(tunnel));
        }
    }

    @Override
    public void closed(long now, Tunnel tunnel) {
        for (RelayEntry entry : List.copyOf(tunnel.relays.values())) {
            drop(entry);
            switch (entry.kind()) {
                case TERMINAL -> {
                    Peer peer = peers.of(entry.farEnd());
                    if (peer.paths.removeIf(path -> leadsThrough(path, tunnel))) {
                        consumer.relayLost(now, peer);
                    }
                }
                case FORWARDING -> {
                    RelayEntry other = entry.otherHop();
                    if (other != null && other.otherHop() == entry) {
                        drop(other);
                    }
                }
            }
        }
    }

    private static boolean leadsThrough(PathState path, Tunnel tunnel) {
        return path.path() instanceof Path.Relayed relayed && relayed.relay() == tunnel;
    }

    private void send(long now, Tunnel tunnel, RelayMessage message, AddressForm form) {
        if (form == AddressForm.V1 && !fitsV1(message)) {
            return;
        }
        sender.send(now, tunnel, PacketType.CONTROL, message.encode(form), Answer.NONE);
    }

    private static boolean fitsV1(RelayMessage message) {
        return switch (message) {
            case CreateRelayRequest request ->
                request.to().isV4() && request.from().isV4();
            case CreateRelayResponse response ->
                response.to().isV4() && response.from().isV4();
            case RelayMessage.Unknown unknown -> false;
        };
    }

    private static AddressForm form(Tunnel tunnel) {
        return switch (tunnel.certificate().version()) {
            case V1 -> AddressForm.V1;
            case V2 -> AddressForm.V2;
        };
    }

    private static RelayIndex index(RelayEntry entry) {
        return new RelayIndex(entry.localIndex());
    }
}
