package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.LighthouseMessage.HostPunch;
import dev.pharos.protocol.wire.LighthouseMessage.HostQuery;
import dev.pharos.protocol.wire.LighthouseMessage.HostQueryReply;
import dev.pharos.protocol.wire.LighthouseMessage.HostUpdate;
import dev.pharos.protocol.wire.PacketType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of lighthouses (facts, nebula-protocol 9): all of them are told where we are and asked where others
 * are, in parallel, and each answer counts for itself. Without a tunnel to a lighthouse the question waits for it.
 */
final class Lighthouses implements TunnelListener {
    /** The same peer is asked for no sooner than this. */
    private static final long QUERY_INTERVAL = Times.millis(90);

    /** A lighthouse that is away is called all the time, and asked for no sooner than this. */
    private static final long LIGHTHOUSE_QUERY_INTERVAL = Times.seconds(10);

    private static final int MAX_WAITING = 256;

    /** What is learned. */
    interface Consumer {
        void located(long now, Peer peer);

        void punch(long now, Peer requester, List<UnderlayEndpoint> endpoints);
    }

    private final Context context;
    private final PeerTable peers;
    private final Sender sender;
    private final OwnEndpoints ownEndpoints;
    private final Opener opener;
    private final Consumer consumer;
    private final TimerQueue.Timer updates = new TimerQueue.Timer(this::tell);

    /** Peers asked for lately, for lighthouses whose tunnel comes up only now. */
    private final Map<VpnAddress, Long> asked = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<VpnAddress, Long> eldest) {
            return size() > MAX_WAITING;
        }
    };

    Lighthouses(
            Context context,
            PeerTable peers,
            Sender sender,
            OwnEndpoints ownEndpoints,
            Opener opener,
            Consumer consumer) {
        this.context = context;
        this.peers = peers;
        this.sender = sender;
        this.ownEndpoints = ownEndpoints;
        this.opener = opener;
        this.consumer = consumer;
    }

    /** The lighthouses that we are a client of, in a fixed order; a lighthouse is one of all the others. */
    List<VpnAddress> all() {
        return context.settings().discovery().lighthouses().stream()
                .filter(address -> !context.owns(address))
                .sorted()
                .toList();
    }

    boolean isLighthouse(Tunnel tunnel) {
        return all().stream().anyMatch(tunnel.addresses()::contains);
    }

    private boolean isLighthouse(Peer peer) {
        return all().stream().anyMatch(peer.addresses()::contains);
    }

    /** Asks every lighthouse where a peer is; where a lighthouse is, only the other ones can know. */
    void find(long now, Peer peer) {
        boolean isLighthouse = isLighthouse(peer);
        if (now - peer.lastQuery < (isLighthouse ? LIGHTHOUSE_QUERY_INTERVAL : QUERY_INTERVAL)) {
            return;
        }
        peer.lastQuery = now;
        if (asked.put(peer.address(), now) == null && asked.size() == MAX_WAITING) {
            context.limits().hit(now, Limit.QUERIES, peer.address());
        }
        for (VpnAddress address : all()) {
            Peer lighthouse = peers.of(address);
            Tunnel tunnel = lighthouse.primary();
            if (tunnel != null && lighthouse != peer) {
                query(now, tunnel, peer.address());
            } else if (tunnel == null && !isLighthouse) {
                opener.want(now, lighthouse);
            }
        }
    }

    private void query(long now, Tunnel lighthouse, VpnAddress wanted) {
        AddressForm form = form(lighthouse);
        if (wanted.isV4() || form == AddressForm.V2) {
            send(now, lighthouse, new HostQuery(wanted), form, Answer.NONE);
        }
    }

    /** Tells every lighthouse where we are, and opens tunnels to those that have none. */
    void tell(long now) {
        for (VpnAddress address : all()) {
            Peer lighthouse = peers.of(address);
            Tunnel tunnel = lighthouse.primary();
            if (tunnel != null) {
                update(now, tunnel);
            } else if (lighthouse.pending == null) {
                opener.want(now, lighthouse);
            }
        }
        long interval = context.settings().discovery().updateInterval().toNanos();
        if (interval > 0) {
            context.timers().set(updates, now + interval);
        }
    }

    private void update(long now, Tunnel lighthouse) {
        AddressForm form = form(lighthouse);
        Optional<VpnAddress> own = switch (form) {
            case V1 ->
                Optional.of(lighthouse.handshaken().own().networks().getFirst().address());
            case V2 -> Optional.empty();
        };
        var message = new HostUpdate(
                own, ownEndpoints.announced(), context.settings().relaying().advertised());
        send(now, lighthouse, message, form, Answer.EXPECTED);
    }

    @Override
    public void promoted(long now, Tunnel tunnel, @Nullable Tunnel previous) {
        if (!isLighthouse(tunnel)) {
            return;
        }
        update(now, tunnel);
        for (VpnAddress wanted : List.copyOf(asked.keySet())) {
            Peer peer = peers.find(wanted);
            if (peer != null && (peer.pending != null || now - peer.lastQuery < Times.SECOND)) {
                query(now, tunnel, wanted);
            }
        }
    }

    /** A reply or a punch notification; false for what only a lighthouse would be told. */
    boolean received(long now, Tunnel from, LighthouseMessage message) {
        return switch (message) {
            case HostQueryReply reply -> {
                located(now, from, reply);
                yield true;
            }
            case HostPunch punch -> {
                punch(now, from, punch);
                yield true;
            }
            case LighthouseMessage.UpdateAck ack -> true;
            case HostQuery query -> false;
            case HostUpdate update -> false;
            case LighthouseMessage.Unknown unknown -> true;
        };
    }

    private void located(long now, Tunnel from, HostQueryReply reply) {
        Peer peer = peers.find(reply.host());
        if (peer == null || !isLighthouse(from)) {
            return;
        }
        boolean grown = peer.remotes.setFrom(from.addresses().getFirst(), usable(peer, reply.endpoints()));
        grown |= peer.setRelays(from.addresses().getFirst(), reply.relays());
        if (grown) {
            consumer.located(now, peer);
        }
    }

    private void punch(long now, Tunnel from, HostPunch punch) {
        VpnAddress requester = punch.requester();
        if (!isLighthouse(from) || !context.reaches(requester) || context.owns(requester)) {
            return;
        }
        Peer peer = peers.of(requester);
        List<UnderlayEndpoint> endpoints = usable(peer, punch.endpoints());
        peer.remotes.setFrom(from.addresses().getFirst(), endpoints);
        consumer.punch(now, peer, endpoints);
    }

    private List<UnderlayEndpoint> usable(Peer peer, Collection<UnderlayEndpoint> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> context.mayReach(peer.address(), endpoint))
                .toList();
    }

    private void send(long now, Tunnel tunnel, LighthouseMessage message, AddressForm form, Answer answer) {
        context.counters().sent(message);
        sender.send(now, tunnel, PacketType.LIGHTHOUSE, message.encode(form), answer);
    }

    /** The version of our certificate on the tunnel decides; without an IPv4 address only the V2 form is possible. */
    private static AddressForm form(Tunnel lighthouse) {
        return lighthouse.handshaken().own().version() == CertificateVersion.V1 ? AddressForm.V1 : AddressForm.V2;
    }

    /** Whether this host answers others. */
    static boolean isServer(MeshSettings settings) {
        return settings.discovery().role() == LighthouseRole.SERVER;
    }
}
