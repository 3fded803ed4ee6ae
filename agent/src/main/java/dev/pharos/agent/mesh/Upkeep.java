package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.agent.mesh.MeshSettings.Inactivity;
import dev.pharos.agent.mesh.MeshSettings.OnInvalid;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.agent.mesh.Tunnel.Standing;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Verdict;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is done now and then: certificates are judged again, idle tunnels keep their NATs open, tunnels that nobody uses
 * any more end, and those to lighthouses and to relays that others reach us by are opened again.
 */
final class Upkeep {
    private static final long INTERVAL = Times.millis(2500);
    private static final long SPARE_LIFE = Times.seconds(15);
    private static final long PATH_MEMORY = Times.seconds(600);
    private static final long RENEWAL_INTERVAL = Times.seconds(10);
    private static final byte KEEP_ALIVE = 1;

    private final Context context;
    private final PeerTable peers;
    private final Tunnels tunnels;
    private final Sender sender;
    private final Prober prober;
    private final PathSearch search;
    private final Promoter promoter;
    private final Lighthouses lighthouses;
    private final Opener opener;
    private final TimerQueue.Timer timer = new TimerQueue.Timer(this::run);

    Upkeep(
            Context context,
            PeerTable peers,
            Tunnels tunnels,
            Sender sender,
            Prober prober,
            PathSearch search,
            Promoter promoter,
            Lighthouses lighthouses,
            Opener opener) {
        this.context = context;
        this.peers = peers;
        this.tunnels = tunnels;
        this.sender = sender;
        this.prober = prober;
        this.search = search;
        this.promoter = promoter;
        this.lighthouses = lighthouses;
        this.opener = opener;
    }

    /** Does it now, and from now on regularly. */
    void run(long now) {
        judge(now);
        Set<VpnAddress> anchors = anchors();
        for (Tunnel tunnel : peers.tunnels()) {
            if (tunnel.standing() == Standing.PRIMARY) {
                keep(now, tunnel, anchors);
            } else if (now - tunnel.lastHeard() > SPARE_LIFE) {
                tunnels.close(now, tunnel, CloseReason.REPLACED, Tunnels.Notice.SILENT);
            }
        }
        for (Peer peer : peers.all()) {
            Tunnel primary = peer.primary();
            peer.paths.removeIf(path -> now - path.lastHeard() > PATH_MEMORY
                    && now - path.lastProbe() > PATH_MEMORY
                    && path.isDirect()
                    && (primary == null || primary.pathState() != path));
        }
        anchor(now, anchors);
        context.timers().set(timer, now + INTERVAL);
    }

    /** Closes tunnels whose peers are blocked, expired or no longer vouched for. */
    void judge(long now) {
        Identity identity = context.identity();
        for (Tunnel tunnel : peers.tunnels()) {
            Verdict verdict =
                    identity.authorities().recheck(tunnel.trusted(), context.wallTime(now), identity.blocklist());
            switch (verdict) {
                case Verdict.Trusted trusted -> {}
                case Verdict.Rejected rejected -> {
                    if (rejected.reason() == Verdict.Reason.BLOCKED
                            || context.settings().timers().onInvalid() == OnInvalid.DISCONNECT) {
                        tunnels.close(now, tunnel, CloseReason.CERTIFICATE, Tunnels.Notice.TELL);
                    }
                }
            }
        }
    }

    private void keep(long now, Tunnel tunnel, Set<VpnAddress> anchors) {
        var timers = context.settings().timers();
        if (timers.inactivity() == Inactivity.DROP
                && now - tunnel.lastUsed() > timers.inactive().toNanos()
                && now - tunnel.lastHeard() > timers.inactive().toNanos()) {
            tunnels.close(now, tunnel, CloseReason.INACTIVE, Tunnels.Notice.TELL);
            return;
        }
        if (tunnel.isUsedUp()) {
            tunnels.close(now, tunnel, CloseReason.USED_UP, Tunnels.Notice.SILENT);
            return;
        }
        renew(now, tunnel);
        promoter.look(now, tunnel);
        UnderlayEndpoint endpoint = tunnel.endpoint();
        // Longer than a lighthouse is without an update and its acknowledgement: those keep a tunnel by themselves.
        if (now - tunnel.lastSent() < timers.keepAlive().toNanos() + INTERVAL / 2 || endpoint == null) {
            return;
        }
        if (tunnel.peer().addresses().stream().anyMatch(anchors::contains)) {
            // Others depend on this one: it must not turn out dead only when it is needed.
            prober.check(now, tunnel, Urgency.ROUTINE);
        } else if (context.settings().punching().keepAlive()) {
            keepOpen(now, tunnel, endpoint);
        }
    }

    private void renew(long now, Tunnel tunnel) {
        Peer peer = tunnel.peer();
        if (now - peer.lastRehandshake > RENEWAL_INTERVAL && Renewals.isDue(now, tunnel, context.identity())) {
            peer.lastRehandshake = now;
            opener.want(now, peer);
        }
    }

    private void keepOpen(long now, Tunnel tunnel, UnderlayEndpoint endpoint) {
        tunnel.punched(now);
        List<UnderlayEndpoint> all = switch (context.settings().punching().targets()) {
            case CURRENT -> List.of(endpoint);
            case ALL -> search.endpoints(tunnel.peer());
        };
        all.forEach(one -> {
            context.counters().keptAlive();
            sender.punch(one, KEEP_ALIVE);
        });
    }

    private Set<VpnAddress> anchors() {
        Set<VpnAddress> anchors = new LinkedHashSet<>(lighthouses.all());
        anchors.addAll(context.settings().relaying().advertised());
        anchors.removeIf(context::owns);
        return anchors;
    }

    private void anchor(long now, Set<VpnAddress> anchors) {
        for (VpnAddress address : anchors) {
            Peer peer = peers.of(address);
            if (peer.primary() == null && peer.pending == null) {
                opener.want(now, peer);
            }
        }
    }
}
