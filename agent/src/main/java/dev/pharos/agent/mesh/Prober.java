package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.ProbePayload.Announcement;
import dev.pharos.agent.mesh.ProbePayload.Ping;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.PacketType;

/**
 * Gathers the evidence for {@link PathChoice}: sends test requests by paths of choice and notes when.
 *
 * <p>With a Pharos peer this is free: it answers by the path a probe came by and moves nothing. A stock peer sends to
 * wherever it heard us last, so a probe moves it: its other direct paths are left alone while the current one works
 * (DESIGN section 4).
 */
final class Prober {
    private static final byte[] EMPTY = {};
    private static final long ANNOUNCE_INTERVAL = Times.millis(100);

    private final Context context;
    private final Sender sender;
    private final OwnEndpoints ownEndpoints;

    Prober(Context context, Sender sender, OwnEndpoints ownEndpoints) {
        this.context = context;
        this.sender = sender;
        this.ownEndpoints = ownEndpoints;
    }

    /** Sends a test request by that path. */
    void probe(long now, Tunnel tunnel, PathState path, Urgency urgency) {
        probe(now, tunnel, path, urgency, 0);
    }

    private void probe(long now, Tunnel tunnel, PathState path, Urgency urgency, long askedBy) {
        byte[] payload = payload(tunnel, tunnel.probes.sent(path, now, askedBy), urgency);
        sender.sendBy(now, path.path(), tunnel, PacketType.TEST_REQUEST, payload);
    }

    private static byte[] payload(Tunnel tunnel, long number, Urgency urgency) {
        return tunnel.understandsProbes() ? new Ping(number, urgency).toBytes() : EMPTY;
    }

    /** Asks for a sign of life by the current path, and has its absence noticed. */
    void check(long now, Tunnel tunnel, Urgency urgency) {
        long number = tunnel.probes.sent(tunnel.pathState(), now, 0);
        sender.send(now, tunnel, PacketType.TEST_REQUEST, payload(tunnel, number, urgency), Answer.EXPECTED);
    }

    /** A ping on request; the answer goes to {@link MeshOutput#pong}. */
    void ping(long now, Tunnel tunnel, long number) {
        probe(now, tunnel, tunnel.pathState(), Urgency.ROUTINE, number);
    }

    /** Opens our own NATs for what comes from there; unlike a probe it moves nobody. */
    void punch(UnderlayEndpoint endpoint) {
        sender.punch(endpoint, (byte) 0);
    }

    /** Tells a Pharos peer that we reach through a relay where else we may be. */
    void announce(long now, Tunnel tunnel) {
        if (tunnel.understandsProbes()
                && !tunnel.pathState().isDirect()
                && now - tunnel.probes.announcedAt > ANNOUNCE_INTERVAL) {
            tunnel.probes.announcedAt = now;
            var relays = context.settings().relaying().advertised();
            byte[] payload = new Announcement(ownEndpoints.all(), relays).toBytes();
            sender.sendBy(now, tunnel.path(), tunnel, PacketType.TEST_REQUEST, payload);
        }
    }
}
