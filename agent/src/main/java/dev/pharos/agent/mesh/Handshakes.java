package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.agent.mesh.MeshEvent.HandshakeTimedOut;
import dev.pharos.agent.mesh.PendingHandshake.Early;
import dev.pharos.agent.mesh.PendingHandshake.Offer;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.cert.Verdict;
import dev.pharos.protocol.noise.IxInitiator;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.noise.TransportKeys;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Begins handshakes and reads their answers (facts, nebula-protocol 6). The first message goes out at once to every
 * endpoint that is known and through every relay that stands, and again after a growing pause; what is found meanwhile is
 * tried the moment it is found. The first answer wins.
 */
final class Handshakes {
    private static final int MAX_PENDING = 4096;
    private static final int BUSY = 256;
    private static final int FEW_WAITING = 4;
    private static final int MAX_BACKOFF = 5;

    /** In vain with one certificate version so often, the other one is tried: old nodes stay silent to V2 (trap 1). */
    private static final int PATIENCE = 3;

    /** How long an answer is still taken when the peer's own handshake was first. */
    private static final long LINGER = Times.seconds(2);

    /** Between calls to a silent peer that nobody waits for: with what is asked about it, nebula's rate. */
    private static final long PATIENT_INTERVAL = Times.millis(1250);

    private static final long EVENT_INTERVAL = Times.seconds(60);

    /** Looks for ways to a peer: lighthouses, relays. */
    interface Finder {
        void find(long now, Peer peer, int attempt);
    }

    /** Takes packets that had come before their tunnel stood. */
    interface Readmission {
        void receive(long now, Arrival arrival, byte[] packet);
    }

    private final Context context;
    private final TunnelTable table;
    private final Tunnels tunnels;
    private final Sender sender;
    private final Owners owners;
    private final TransportCipherFactory ciphers;
    private final Finder finder;
    private final Readmission readmission;
    private final Offers offers;

    Handshakes(
            Context context,
            TunnelTable table,
            Tunnels tunnels,
            Sender sender,
            Owners owners,
            TransportCipherFactory ciphers,
            Finder finder,
            Readmission readmission) {
        this.context = context;
        this.table = table;
        this.tunnels = tunnels;
        this.sender = sender;
        this.owners = owners;
        this.ciphers = ciphers;
        this.finder = finder;
        this.readmission = readmission;
        this.offers = new Offers(context);
    }

    Credentials own() {
        return offers.own();
    }

    /** The identity changed; handshakes under way go on with what they have shown. */
    void identityChanged() {
        offers.identityChanged();
    }

    /** Begins a handshake, also beside tunnels that exist, unless one is under way, which then makes haste. */
    void start(long now, Peer peer) {
        PendingHandshake underWay = peer.pending;
        if (underWay != null) {
            if (now - underWay.attemptedAt() >= pause(underWay.attempts()) && !isOvertaken(underWay)) {
                attempt(now, underWay);
            }
            return;
        }
        if (context.owns(peer.address())) {
            return;
        }
        if (table.pendingCount() >= MAX_PENDING) {
            context.limits().hit(now, Limit.PENDING, peer.address());
            return;
        }
        int localIndex = owners.tunnelIndex(peer, table::isTunnelIndexTaken);
        var timer = new TimerQueue.Timer(due -> tick(due, peer));
        var handshake = new PendingHandshake(peer, localIndex, now, timer);
        peer.pending = handshake;
        context.counters().handshakeBegun();
        table.add(handshake);
        handshake.offers().add(offers.first(now, handshake));
        attempt(now, handshake);
    }

    /** How many packets may wait for one peer: few when many peers are called at once, as by a port scan of our own. */
    int mayWait() {
        return table.pendingCount() > BUSY ? FEW_WAITING : Peer.MAX_WAITING;
    }

    private void tick(long now, Peer peer) {
        PendingHandshake handshake = peer.pending;
        if (handshake == null) {
            return;
        }
        if (isOvertaken(handshake)) {
            end(handshake);
        } else if (handshake.attempts() >= context.settings().handshakes().retries()) {
            end(handshake);
            context.counters().packetsDropped(peer.waiting.size());
            peer.waiting.clear();
            peer.isAbsent = peer.primary() == null;
            timedOut(now, peer, handshake.attempts());
        } else {
            attempt(now, handshake);
        }
    }

    /** A peer that stays away is mentioned once a minute, however often it is called. */
    private void timedOut(long now, Peer peer, int attempts) {
        if (now - peer.lastTimeoutEvent > EVENT_INTERVAL) {
            peer.lastTimeoutEvent = now;
            context.output().event(new HandshakeTimedOut(peer.address(), attempts));
        }
    }

    private void attempt(long now, PendingHandshake handshake) {
        int attempt = handshake.nextAttempt(now);
        if (attempt > PATIENCE && handshake.offers().size() == 1) {
            offers.fallback(now, handshake).ifPresent(handshake.offers()::add);
        }
        finder.find(now, handshake.peer(), attempt);
        sendEverywhere(now, handshake);
        Peer peer = handshake.peer();
        boolean patient = peer.isAbsent && peer.waiting.isEmpty() && peer.pings.isEmpty();
        context.timers().set(handshake.timer, now + (patient ? PATIENT_INTERVAL : pause(attempt)));
    }

    private long pause(int attempt) {
        return context.settings().handshakes().tryInterval().toNanos() * Math.min(attempt, MAX_BACKOFF);
    }

    private void sendEverywhere(long now, PendingHandshake handshake) {
        for (UnderlayEndpoint endpoint : endpoints(handshake.peer())) {
            if (!handshake.isRefused(endpoint) && !isShunned(now, handshake.peer(), endpoint)) {
                sendBy(now, handshake, new Path.Direct(endpoint));
            }
        }
        for (PathState path : List.copyOf(handshake.peer().paths.all())) {
            if (!path.isDirect()) {
                sendBy(now, handshake, path.path());
            }
        }
    }

    /**
     * A stock peer sends from then on to where the first message came from first. If nothing arrives from there, a call by
     * every way would only bind it to the dead one again; so that one is left out as long as a relay leads to the peer.
     */
    private static boolean isShunned(long now, Peer peer, UnderlayEndpoint endpoint) {
        Tunnel primary = peer.primary();
        PathState path = peer.paths.find(new Path.Direct(endpoint));
        return primary != null
                && path != null
                && !primary.understandsProbes()
                && !primary.pathState().isDirect()
                && !PathChoice.mayReturnTo(path, now);
    }

    private void sendBy(long now, PendingHandshake handshake, Path path) {
        byte[] packet = handshake.packet();
        sender.transmit(now, path, packet, 0, packet.length);
    }

    /** The peer's endpoints that may be tried, best first. */
    List<UnderlayEndpoint> endpoints(Peer peer) {
        return peer.remotes.all().stream()
                .filter(endpoint -> context.mayReach(peer.address(), endpoint))
                .sorted(RemoteOrder.preferring(context.settings().underlay().preferred()))
                .toList();
    }

    /** New endpoints of a peer became known: they are tried without waiting. */
    void remotesChanged(long now, Peer peer) {
        PendingHandshake handshake = peer.pending;
        if (handshake != null && !isOvertaken(handshake)) {
            sendEverywhere(now, handshake);
        }
    }

    /** Handshakes that still want an answer. */
    List<PendingHandshake> underWay() {
        return table.pending().stream()
                .filter(handshake -> !isOvertaken(handshake))
                .toList();
    }

    /** The peer may be there: tried without waiting, and from then on. */
    void tryAlso(long now, PendingHandshake handshake, UnderlayEndpoint endpoint) {
        handshake.peer().remotes.set(Remotes.Source.CLAIMED, List.of(endpoint));
        sendBy(now, handshake, new Path.Direct(endpoint));
    }

    /** A relay to the peer stands: it is tried without waiting. */
    void relayReady(long now, Peer peer, PathState path) {
        PendingHandshake handshake = peer.pending;
        if (handshake != null && !isOvertaken(handshake)) {
            sendBy(now, handshake, path.path());
        }
    }

    /** A tunnel of the peer's making stands and works; ours lingers, as the peer may have answered it already. */
    void tunnelConfirmed(long now, Tunnel tunnel) {
        PendingHandshake handshake = tunnel.peer().pending;
        if (handshake != null && isOvertaken(handshake)) {
            context.timers().set(handshake.timer, now + LINGER);
        }
    }

    private static boolean isOvertaken(PendingHandshake handshake) {
        Tunnel primary = handshake.peer().primary();
        return primary != null && primary.handshaken().at() >= handshake.startedAt();
    }

    private void end(PendingHandshake handshake) {
        context.timers().cancel(handshake.timer);
        table.remove(handshake);
        handshake.peer().pending = null;
    }

    /** A handshake packet with another counter than 1. */
    void stage2(long now, Arrival arrival, int localIndex, byte[] buffer, int offset, int length) {
        PendingHandshake handshake = table.pending(localIndex);
        if (handshake == null) {
            return;
        }
        byte[] body = Arrays.copyOfRange(buffer, offset + Header.LENGTH, offset + length);
        for (Offer offer : handshake.offers()) {
            IxInitiator.Result result = read(offer, body);
            if (result != null) {
                answered(now, handshake, offer, result, arrival);
                return;
            }
        }
    }

    /** Null for what is no answer to this offer: anybody can send such, so it changes nothing. */
    private static IxInitiator.@Nullable Result read(Offer offer, byte[] body) {
        try {
            return offer.noise().read(body, 0, body.length);
        } catch (MalformedException junk) {
            return null;
        }
    }

    private void answered(
            long now, PendingHandshake handshake, Offer offer, IxInitiator.Result result, Arrival arrival) {
        try {
            HandshakePayload response = HandshakePayload.parseResponse(result.payload());
            Verdict.Trusted trusted = offers.own().judge(response, result.peerStatic(), context.wallTime(now));
            Credentials.checkSource(
                    trusted, arrival, context.settings().underlay().remotes());
            TransportKeys keys = result.keys();
            var handshaken = new Handshaken(
                    Handshaken.Role.INITIATOR,
                    handshake.localIndex(),
                    response.responderIndex().value(),
                    keys.sealer(ciphers),
                    keys.opener(ciphers),
                    trusted,
                    offer.own(),
                    response.capabilities(),
                    offer.time(),
                    Answered.NONE,
                    now);
            if (handshaken.addresses().contains(handshake.peer().address())) {
                open(now, handshake, handshaken, arrival);
            } else {
                wrongPeer(now, handshake, handshaken, arrival);
            }
        } catch (MalformedException | Refusal e) {
            context.refusals().refused(now, arrival, e);
            startOver(now, handshake, arrival);
        }
    }

    private void open(long now, PendingHandshake handshake, Handshaken handshaken, Arrival arrival) {
        // The index passes from the handshake to the tunnel.
        context.timers().cancel(handshake.timer);
        table.remove(handshake);
        Tunnel tunnel = tunnels.open(now, handshaken, arrival);
        if (tunnel.peer() != handshake.peer()) {
            tunnel.peer().absorb(handshake.peer());
        }
        if (handshake.isFallback(handshaken.own())) {
            tunnel.peer().fellBack(now);
        }
        tunnels.promote(now, tunnel);
        handshake.peer().pending = null;
        for (Early early : handshake.early()) {
            readmission.receive(now, early.arrival(), early.packet());
        }
    }

    /** Another host has taken that endpoint: it is told so, and the search goes on elsewhere (facts 6.4). */
    private void wrongPeer(long now, PendingHandshake handshake, Handshaken handshaken, Arrival arrival) {
        table.remove(handshake);
        Tunnel tunnel = tunnels.open(now, handshaken, arrival);
        tunnels.close(now, tunnel, CloseReason.WRONG_PEER, Tunnels.Notice.TELL);
        table.add(handshake);
        startOver(now, handshake, arrival);
    }

    private void startOver(long now, PendingHandshake failed, Arrival arrival) {
        Peer peer = failed.peer();
        end(failed);
        if (failed.refused().size() >= Remotes.MAX_PER_FAMILY) {
            return;
        }
        int localIndex = owners.tunnelIndex(peer, table::isTunnelIndexTaken);
        var handshake = new PendingHandshake(
                peer, localIndex, failed.startedAt(), new TimerQueue.Timer(due -> tick(due, peer)));
        failed.refused().forEach(handshake::refuse);
        if (arrival instanceof Arrival.Direct direct) {
            handshake.refuse(direct.from());
        }
        for (int i = 0; i < failed.attempts(); i++) {
            handshake.nextAttempt(now);
        }
        peer.pending = handshake;
        table.add(handshake);
        handshake
                .offers()
                .add(offers.of(now, handshake, failed.offers().getFirst().own().version()));
        context.timers()
                .set(
                        handshake.timer,
                        now + context.settings().handshakes().tryInterval().toNanos());
    }
}
