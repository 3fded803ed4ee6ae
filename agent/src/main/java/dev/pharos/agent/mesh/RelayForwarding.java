package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.RelayEntry.Kind;
import dev.pharos.agent.mesh.RelayEntry.State;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.RelayIndex;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;

/** What a relay does between two hosts: joins a hop to each, and keeps them joined (facts, nebula-protocol 11). */
final class RelayForwarding {
    private final Context context;
    private final PeerTable peers;
    private final RelayHops hops;
    private final Opener opener;

    RelayForwarding(Context context, PeerTable peers, RelayHops hops, Opener opener) {
        this.context = context;
        this.peers = peers;
        this.hops = hops;
        this.opener = opener;
    }

    /** With no direct tunnel to the far end there is no answer: the initiator asks again. */
    void requested(long now, Tunnel from, CreateRelayRequest request) {
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
        RelayEntry near = hops.forwarding(now, from, request.to());
        RelayEntry next = hops.forwarding(now, onward, request.from());
        if (near == null || next == null) {
            return;
        }
        near.join(next);
        if (near.isEstablished()) {
            near.establish(request.initiatorIndex().value());
        } else {
            near.peerRequested(request.initiatorIndex().value());
        }
        hops.send(now, onward, new CreateRelayRequest(RelayHops.index(next), request.to(), request.from()));
    }

    /** The far end has answered on its hop. */
    void responded(long now, RelayEntry next, CreateRelayResponse response) {
        next.establish(response.responderIndex().value());
        RelayEntry near = next.otherHop();
        if (near == null || near.state() == State.REQUESTED || near.state() == State.CLOSED) {
            return;
        }
        near.establish(near.remoteIndex());
        var answer = new CreateRelayResponse(
                new RelayIndex(near.remoteIndex()), RelayHops.index(near), response.to(), response.from());
        hops.send(now, near.tunnel(), answer);
    }

    /** A hop moves to the tunnel that takes over from its own. */
    void migrate(long now, Tunnel tunnel, RelayEntry old) {
        RelayEntry other = old.otherHop();
        if (other == null || other.state() == State.CLOSED) {
            return;
        }
        RelayEntry entry = hops.add(now, tunnel, old.farEnd(), Kind.FORWARDING, State.REQUESTED);
        if (entry != null) {
            entry.join(other);
            VpnAddress to = tunnel.addresses().getFirst();
            hops.send(now, tunnel, new CreateRelayRequest(RelayHops.index(entry), to, old.farEnd()));
        }
    }

    /** A hop is gone with its tunnel: what was joined to it leads nowhere. */
    void dropped(RelayEntry gone) {
        RelayEntry other = gone.otherHop();
        if (other != null && other.otherHop() == gone) {
            hops.drop(other);
        }
    }
}
