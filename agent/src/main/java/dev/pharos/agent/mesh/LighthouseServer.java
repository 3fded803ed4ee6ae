package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.LighthouseMessage.HostPunch;
import dev.pharos.protocol.wire.LighthouseMessage.HostQuery;
import dev.pharos.protocol.wire.LighthouseMessage.HostQueryReply;
import dev.pharos.protocol.wire.LighthouseMessage.HostUpdate;
import dev.pharos.protocol.wire.LighthouseMessage.UpdateAck;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The serving side of a lighthouse (facts, nebula-protocol 9). An entry lives as long as a tunnel to its host, so the
 * table is bounded by the tunnels, and a host whose tunnel is closed because it was blocked is no longer found.
 */
final class LighthouseServer implements TunnelListener {
    private static final int MAX_PER_FAMILY = 10;
    private static final int MAX_RELAYS = 10;

    /** What a host reported of itself. */
    private record Report(List<UnderlayEndpoint> endpoints, List<VpnAddress> relays) {
        static final Report NONE = new Report(List.of(), List.of());
    }

    private final Context context;
    private final PeerTable peers;
    private final Sender sender;
    private final Map<Peer, Report> reports = new HashMap<>();

    LighthouseServer(Context context, PeerTable peers, Sender sender) {
        this.context = context;
        this.peers = peers;
        this.sender = sender;
    }

    /** Hosts that have reported. */
    int reports() {
        return reports.size();
    }

    /** A message to a lighthouse; ignored when we are none. */
    void received(long now, Tunnel from, LighthouseMessage.Received received) {
        if (!Lighthouses.isServer(context.settings())) {
            return;
        }
        switch (received.message()) {
            case HostQuery query -> answer(now, from, query.wanted(), received.form());
            case HostUpdate update -> store(now, from, update, received.form());
            case HostQueryReply reply -> {}
            case HostPunch punch -> {}
            case UpdateAck ack -> {}
            case LighthouseMessage.Unknown unknown -> {}
        }
    }

    private void store(long now, Tunnel from, HostUpdate update, AddressForm form) {
        if (update.host().isPresent()
                && !from.addresses().contains(update.host().get())) {
            return;
        }
        List<UnderlayEndpoint> endpoints = bounded(update.endpoints());
        List<VpnAddress> relays =
                update.relays().subList(0, Math.min(update.relays().size(), MAX_RELAYS));
        Report before = reports.put(from.peer(), new Report(endpoints, List.copyOf(relays)));
        introduceToRelays(now, from, before == null ? List.of() : before.relays());
        if (before == null) {
            introduceAsRelay(now, from);
        }
        // What others may ask us, we may use ourselves.
        from.peer().remotes.set(Remotes.Source.ANNOUNCED, endpoints);
        from.peer().setRelays(from.peer().address(), relays);
        Optional<VpnAddress> about = form == AddressForm.V1 ? update.host() : Optional.empty();
        send(now, from, new UpdateAck(about), form);
    }

    /**
     * A stock host calls none of its relays, and they cannot call it where its router lets nobody in: each is told of the
     * other before anybody needs them. Pharos hosts see to that themselves.
     */
    private void introduceToRelays(long now, Tunnel host, List<VpnAddress> known) {
        if (host.understandsProbes()) {
            return;
        }
        for (VpnAddress relay : reportOf(host).relays()) {
            Tunnel tunnel = peers.primaryTo(relay);
            if (tunnel != null && !known.contains(relay)) {
                introduce(now, tunnel, host);
            }
        }
    }

    /** A host that has just come, or come back, is told of the stock hosts that it relays for. */
    private void introduceAsRelay(long now, Tunnel relay) {
        for (Peer peer : reports.keySet()) {
            Tunnel host = peer.primary();
            if (host != null
                    && !host.understandsProbes()
                    && relay.addresses().stream().anyMatch(reportOf(host).relays()::contains)) {
                introduce(now, relay, host);
            }
        }
    }

    private void introduce(long now, Tunnel relay, Tunnel host) {
        punch(now, relay, host);
        punch(now, host, relay);
    }

    private Report reportOf(Tunnel tunnel) {
        return reports.getOrDefault(tunnel.peer(), Report.NONE);
    }

    private List<UnderlayEndpoint> bounded(List<UnderlayEndpoint> endpoints) {
        List<UnderlayEndpoint> kept = new ArrayList<>();
        int v4 = 0;
        int v6 = 0;
        for (UnderlayEndpoint endpoint : endpoints) {
            int rank = endpoint.isV4() ? v4++ : v6++;
            if (rank < MAX_PER_FAMILY && !context.isOverlay(endpoint) && RemoteOrder.isUsable(endpoint)) {
                kept.add(endpoint);
            }
        }
        return List.copyOf(kept);
    }

    private void answer(long now, Tunnel from, VpnAddress wanted, AddressForm form) {
        Peer peer = peers.find(wanted);
        Tunnel target = peer == null ? null : peer.primary();
        if (peer == null || target == null || peer == from.peer()) {
            return;
        }
        Report report = reportOf(target);
        send(now, from, new HostQueryReply(wanted, endpoints(target, report), report.relays()), form);
        punch(now, target, from);
    }

    /** Has a host open its router towards another one. */
    private void punch(long now, Tunnel host, Tunnel towards) {
        AddressForm form = host.certificate().version() == CertificateVersion.V1 ? AddressForm.V1 : AddressForm.V2;
        address(towards, host, form)
                .ifPresent(address ->
                        send(now, host, new HostPunch(address, endpoints(towards, reportOf(towards))), form));
    }

    /** The address of the requester that lies in a network of the target, in a form that it can read. */
    private static Optional<VpnAddress> address(Tunnel requester, Tunnel target, AddressForm form) {
        return requester.addresses().stream()
                .filter(address -> form == AddressForm.V2 || address.isV4())
                .filter(address ->
                        target.certificate().networks().stream().anyMatch(network -> network.contains(address)))
                .findFirst();
    }

    /** Where we see it comes first, then what it says. */
    private static List<UnderlayEndpoint> endpoints(Tunnel tunnel, Report report) {
        Set<UnderlayEndpoint> endpoints = new LinkedHashSet<>();
        UnderlayEndpoint seen = tunnel.endpoint();
        if (seen != null) {
            endpoints.add(seen);
        }
        endpoints.addAll(report.endpoints());
        return new ArrayList<>(endpoints);
    }

    private void send(long now, Tunnel to, LighthouseMessage message, AddressForm form) {
        context.counters().sent(message);
        sender.send(now, to, PacketType.LIGHTHOUSE, message.encode(form), Answer.NONE);
    }

    @Override
    public void closed(long now, Tunnel tunnel) {
        if (tunnel.peer().tunnels.isEmpty()) {
            reports.remove(tunnel.peer());
        }
    }
}
