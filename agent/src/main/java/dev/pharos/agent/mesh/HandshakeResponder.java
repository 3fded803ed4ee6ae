package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import dev.pharos.protocol.noise.IxResponder;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.noise.TransportKeys;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.TunnelIndex;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers first messages (facts, nebula-protocol 6.3). In order: a repetition gets the same answer at no cost; then the
 * limits on strangers; then the certificate, which needs no key agreement; then the age test; only then is the work done.
 */
final class HandshakeResponder {
    private static final long ANSWER_COUNTER = 2;
    private static final byte[] EMPTY = {};

    private final Context context;
    private final PeerTable peers;
    private final TunnelTable table;
    private final Tunnels tunnels;
    private final Sender sender;
    private final Owners owners;
    private final TransportCipherFactory ciphers;
    private final Admission admission;

    HandshakeResponder(
            Context context,
            PeerTable peers,
            TunnelTable table,
            Tunnels tunnels,
            Sender sender,
            Owners owners,
            TransportCipherFactory ciphers,
            Admission admission) {
        this.context = context;
        this.peers = peers;
        this.table = table;
        this.tunnels = tunnels;
        this.sender = sender;
        this.owners = owners;
        this.ciphers = ciphers;
        this.admission = admission;
    }

    /** A handshake packet with counter 1 and remote index 0. */
    void stage1(long now, Credentials own, Arrival arrival, byte[] buffer, int offset, int length) {
        byte[] body = Arrays.copyOfRange(buffer, offset + Header.LENGTH, offset + length);
        UnderlayEndpoint source = RefusalLog.source(arrival);
        Tunnel built = table.builtBy(body);
        if (built != null) {
            if (!admission.admitsAgain(now, source)) {
                context.limits().hit(now, Limit.REPEATED_HANDSHAKES, arrival);
                return;
            }
            byte[] answer = built.handshaken().answered().stage2();
            sender.transmit(now, arrival.path(), answer, 0, answer.length);
            return;
        }
        if (!admission.admits(now, source)) {
            context.limits().hit(now, Limit.HANDSHAKES, arrival);
            return;
        }
        try {
            answer(now, own, arrival, body);
        } catch (MalformedException | Refusal e) {
            context.refusals().refused(now, arrival, e);
        }
    }

    private void answer(long now, Credentials own, Arrival arrival, byte[] body) throws MalformedException, Refusal {
        var noise = new IxResponder(own.identity().cipher(), own.staticKey(), body, 0, body.length);
        HandshakePayload request = HandshakePayload.parseRequest(noise.payload());
        Verdict.Trusted trusted = own.judge(request, noise.peerStatic(), context.wallTime(now));
        Credentials.checkSource(trusted, arrival, context.settings().underlay().remotes());
        VpnAddress address = trusted.certificate().networks().getFirst().address();
        if (peers.isFullFor(address)) {
            context.limits().hit(now, Limit.PEERS, address);
            return;
        }
        Peer peer = peers.of(address);
        Tunnel newer = notOlder(peer, request.time());
        if (newer != null) {
            // Its clock may have gone back, as that of a machine without a battery does: then we must call it.
            if (arrival instanceof Arrival.Direct(UnderlayEndpoint from)) {
                peer.remotes.set(Remotes.Source.CLAIMED, List.of(from));
            }
            sender.send(now, newer, PacketType.TEST_REQUEST, EMPTY, Answer.EXPECTED);
            return;
        }
        int localIndex = owners.tunnelIndex(peer, table::isTunnelIndexTaken);
        Certificate certificate = own.toAnswer(Credentials.version(request));
        HandshakePayload payload = HandshakePayload.response(
                certificate.handshakeEncoding(),
                certificate.version().number(),
                request.initiatorIndex(),
                new TunnelIndex(localIndex),
                context.wallNanos(now),
                Tunnel.PROBES);
        IxResponder.Result result = noise.respond(own.staticKey().newEphemeral(context.random()), payload.toBytes());
        int remoteIndex = request.initiatorIndex().value();
        byte[] packet = packet(remoteIndex, result.message());
        TransportKeys keys = result.keys();
        tunnels.open(
                now,
                new Handshaken(
                        Handshaken.Role.RESPONDER,
                        localIndex,
                        remoteIndex,
                        keys.sealer(ciphers),
                        keys.opener(ciphers),
                        trusted,
                        certificate,
                        request.capabilities(),
                        request.time(),
                        new Answered(body, packet),
                        now),
                arrival);
        sender.transmit(now, arrival.path(), packet, 0, packet.length);
        releaseLater(now, peer);
    }

    /**
     * The tunnel that this peer built with a first message of the same age or younger, null for none. A tunnel that it has
     * not confirmed says nothing: anybody can make a first message in its name.
     */
    private static @Nullable Tunnel notOlder(Peer peer, long time) {
        for (Tunnel tunnel : peer.tunnels) {
            Handshaken handshaken = tunnel.handshaken();
            if (handshaken.role() == Handshaken.Role.RESPONDER
                    && tunnel.standing() != Tunnel.Standing.HELD
                    && handshaken.time() >= time) {
                return tunnel;
            }
        }
        return null;
    }

    private void releaseLater(long now, Peer peer) {
        var timer = new TimerQueue.Timer(due -> {
            Tunnel held = peer.held();
            if (held != null && peer.primary() == null && !peer.waiting.isEmpty()) {
                tunnels.promote(due, held);
            }
        });
        context.timers().set(timer, now + Tunnels.HOLD);
    }

    private static byte[] packet(int remoteIndex, byte[] message) {
        byte[] packet = new byte[Header.LENGTH + message.length];
        Header.write(packet, 0, PacketType.HANDSHAKE, remoteIndex, ANSWER_COUNTER);
        System.arraycopy(message, 0, packet, Header.LENGTH, message.length);
        return packet;
    }
}
