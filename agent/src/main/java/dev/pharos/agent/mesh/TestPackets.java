package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.ProbePayload.Announcement;
import dev.pharos.agent.mesh.ProbePayload.Ping;
import dev.pharos.agent.mesh.ProbePayload.Pong;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.PacketType;
import java.util.List;
import java.util.Optional;

/** What a peer's test packets mean: requests are answered and heeded, replies are evidence about the paths they came by. */
final class TestPackets {
    private final Context context;
    private final PeerTable peers;
    private final Sender sender;
    private final PathSizes sizes;
    private final OwnEndpoints ownEndpoints;
    private final Prober prober;
    private final PathSearch search;
    private final PathSwitch paths;
    private final Liveness liveness;

    TestPackets(
            Context context,
            PeerTable peers,
            Sender sender,
            PathSizes sizes,
            OwnEndpoints ownEndpoints,
            Prober prober,
            PathSearch search,
            PathSwitch paths,
            Liveness liveness) {
        this.context = context;
        this.peers = peers;
        this.sender = sender;
        this.sizes = sizes;
        this.ownEndpoints = ownEndpoints;
        this.prober = prober;
        this.search = search;
        this.paths = paths;
        this.liveness = liveness;
    }

    /** Answers by the path that the request came by, which to a stock peer is where it sends anyway. */
    void requested(long now, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        Optional<ProbePayload> payload =
                tunnel.understandsProbes() ? ProbePayload.parse(buffer, offset, length) : Optional.empty();
        if (payload.isEmpty()) {
            byte[] echo = new byte[length];
            System.arraycopy(buffer, offset, echo, 0, length);
            sender.sendBy(now, arrival.path(), tunnel, PacketType.TEST_REPLY, echo);
            return;
        }
        switch (payload.get()) {
            case Ping ping -> {
                react(now, tunnel, arrival, ping.urgency());
                Optional<UnderlayEndpoint> seen =
                        arrival instanceof Arrival.Direct(UnderlayEndpoint from) ? Optional.of(from) : Optional.empty();
                byte[] pong = new Pong(ping.number(), seen).toBytes();
                sender.sendBy(now, arrival.path(), tunnel, PacketType.TEST_REPLY, pong);
            }
            case Announcement announcement -> announced(now, tunnel, announcement);
            case Pong pong -> {}
        }
    }

    private void react(long now, Tunnel tunnel, Arrival arrival, Urgency urgency) {
        if (tunnel.standing() != Tunnel.Standing.PRIMARY) {
            return;
        }
        switch (urgency) {
            case ROUTINE -> {}
            case DEAF -> liveness.deafPeer(now, tunnel);
            case MOVED -> {
                PathState path = tunnel.peer().paths.of(arrival.path());
                if (path != tunnel.pathState() && path.isDirect()) {
                    paths.use(now, tunnel, path);
                    prober.probe(now, tunnel, path, Urgency.ROUTINE);
                } else if (path != tunnel.pathState() && tunnel.pathState().isDirect()) {
                    tunnel.pathState().doubt();
                    prober.probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE);
                    search.probeAlternatives(now, tunnel, Urgency.ROUTINE);
                }
            }
        }
    }

    private void announced(long now, Tunnel tunnel, Announcement announcement) {
        Peer peer = tunnel.peer();
        List<UnderlayEndpoint> endpoints = announcement.endpoints().stream()
                .filter(endpoint -> context.mayReach(peer.address(), endpoint))
                .toList();
        boolean grown = peer.remotes.set(Remotes.Source.ANNOUNCED, endpoints);
        grown |= peer.setRelays(peer.address(), announcement.relays());
        if (grown) {
            search.begin(now, tunnel);
        }
    }

    /** A test reply: the path that was probed works. */
    void replied(long now, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        tunnel.probes.replied(now);
        PathState path = tunnel.peer().paths.of(arrival.path());
        long number = tunnel.probes.latest(path);
        if (tunnel.understandsProbes()) {
            if (!(ProbePayload.parse(buffer, offset, length).orElse(null) instanceof Pong pong)) {
                return;
            }
            number = pong.number();
            if (sizes.answered(tunnel, arrival, number)) {
                return;
            }
            pong.seenFrom().ifPresent(seen -> seen(now, tunnel, seen));
        }
        PathState probed = tunnel.probes.take(number);
        if (probed == null) {
            return;
        }
        long roundTrip = now - tunnel.probes.sentAt(number);
        probed.answered(now, roundTrip);
        long askedBy = tunnel.probes.askedBy(number);
        if (askedBy != 0) {
            context.output().pong(tunnel.peer().address(), askedBy, roundTrip);
        }
        if (tunnel.standing() == Tunnel.Standing.PRIMARY) {
            paths.choose(now, tunnel);
        }
    }

    private void seen(long now, Tunnel observer, UnderlayEndpoint endpoint) {
        if (ownEndpoints.seen(observer.addresses().getFirst(), endpoint)) {
            for (Peer peer : peers.all()) {
                Tunnel tunnel = peer.primary();
                if (tunnel != null && tunnel != observer) {
                    prober.announce(now, tunnel);
                }
            }
        }
    }
}
