package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshEvent.CloseReason;
import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.noise.ReplayTally;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.RelayMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a datagram, in this order: length and source; type; the tunnel or relay by its index; the replay
 * window; decryption; evidence about path and peer; then whom it is for (facts, nebula-protocol 7.2).
 */
final class Reception {
    private static final int OVERHEAD = Header.LENGTH + TransportCipher.TAG_LENGTH;

    private final Context context;
    private final TunnelTable table;
    private final Tunnels tunnels;
    private final Sender sender;
    private final Handshakes handshakes;
    private final HandshakeResponder responder;
    private final Lighthouses lighthouses;
    private final LighthouseServer lighthouseServer;
    private final Relays relays;
    private final TestPackets tests;
    private final Liveness liveness;
    private final Loops loops;
    private final PunchHints punchHints;
    private final SourceLimits recvErrors = new SourceLimits(100, 5, 5);

    Reception(
            Context context,
            TunnelTable table,
            Tunnels tunnels,
            Sender sender,
            Handshakes handshakes,
            HandshakeResponder responder,
            Lighthouses lighthouses,
            LighthouseServer lighthouseServer,
            Relays relays,
            Prober prober,
            TestPackets tests,
            Liveness liveness,
            Loops loops) {
        this.context = context;
        this.table = table;
        this.tunnels = tunnels;
        this.sender = sender;
        this.handshakes = handshakes;
        this.responder = responder;
        this.lighthouses = lighthouses;
        this.lighthouseServer = lighthouseServer;
        this.relays = relays;
        this.tests = tests;
        this.liveness = liveness;
        this.loops = loops;
        this.punchHints = new PunchHints(context, handshakes, prober);
    }

    /** A datagram from the socket. A punch, which has one byte, has done its work at the NATs, and may be a hint. */
    void datagram(long now, UnderlayEndpoint from, byte[] buffer, int offset, int length) {
        if (length == 1) {
            punchHints.punched(now, from, liveness.inUse());
        }
        if (length < Header.LENGTH || !mayComeFrom(from)) {
            return;
        }
        packet(now, new Arrival.Direct(from), buffer, offset, length);
    }

    /** Whether anything may come from there. On any loop. */
    boolean mayComeFrom(UnderlayEndpoint from) {
        return !context.isOverlay(from)
                && context.settings().underlay().remotes().allows(from);
    }

    /** A whole Nebula packet, however it came. */
    void packet(long now, Arrival arrival, byte[] buffer, int offset, int length) {
        if (length < Header.LENGTH) {
            return;
        }
        PacketType type = Header.type(buffer, offset);
        context.counters().received(type);
        switch (type) {
            case HANDSHAKE -> handshake(now, arrival, buffer, offset, length);
            case RECV_ERROR -> recvError(now, arrival, Header.remoteIndex(buffer, offset));
            case RELAYED -> relayed(now, arrival, buffer, offset, length);
            case DATA, LIGHTHOUSE, TEST_REQUEST, TEST_REPLY, CLOSE_TUNNEL, CONTROL ->
                sealed(now, type, arrival, buffer, offset, length);
            case INVALID -> {}
        }
    }

    private void handshake(long now, Arrival arrival, byte[] buffer, int offset, int length) {
        int index = Header.remoteIndex(buffer, offset);
        if (Header.counter(buffer, offset) != 1) {
            handshakes.stage2(now, arrival, index, buffer, offset, length);
        } else if (index == 0) {
            responder.stage1(now, handshakes.own(), arrival, buffer, offset, length);
        }
    }

    /** Anybody can write such a packet, so it is a reason to look, and no more (facts, traps 3 and 4). */
    private void recvError(long now, Arrival arrival, int remoteIndex) {
        Tunnel tunnel = table.tunnelByRemoteIndex(remoteIndex);
        if (tunnel != null
                && arrival instanceof Arrival.Direct(UnderlayEndpoint from)
                && concerns(context.settings().underlay().acceptRecvErrors(), from)
                && arrival.path().equals(tunnel.path())) {
            liveness.suspect(now, tunnel);
        }
    }

    private void sealed(long now, PacketType type, Arrival arrival, byte[] buffer, int offset, int length) {
        int index = Header.remoteIndex(buffer, offset);
        Tunnel tunnel = table.tunnel(index);
        if (tunnel == null) {
            unknown(now, arrival, index, buffer, offset, length);
            return;
        }
        if (tunnel.owner() != Loops.MESH) {
            loops.open(tunnel, arrival, buffer, offset, length);
            return;
        }
        int sealedLength = length - Header.LENGTH;
        if (length < OVERHEAD
                || !mayComeFrom(tunnel, arrival)
                || !open(tunnel, buffer, offset, Header.LENGTH, sealedLength)) {
            return;
        }
        switch (arrival) {
            case Arrival.Direct direct -> tunnel.heard(now, direct.from(), length);
            case Arrival.Relayed relayed -> tunnel.heardRelayed(now, relayed.entry(), length);
        }
        dispatch(now, type, tunnel, arrival, buffer, offset + Header.LENGTH, length - OVERHEAD);
    }

    /** The text of a packet that the owner of its tunnel, another loop, has opened and heard, perhaps before it was closed. */
    void opened(long now, PacketType type, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        context.counters().received(type);
        if (tunnel.isOpen()) {
            dispatch(now, type, tunnel, arrival, buffer, offset, length);
        }
    }

    /** Whether a tunnel's packets may arrive like that. On any loop. A new allow list does not cut what is in use. */
    boolean mayComeFrom(Tunnel tunnel, Arrival arrival) {
        return switch (arrival) {
            case Arrival.Direct(UnderlayEndpoint from) ->
                from.equals(tunnel.endpoint())
                        || context.settings().underlay().remotes().allows(tunnel.addresses(), from);
            case Arrival.Relayed relayed -> true;
        };
    }

    /** Checks replay and authenticity; the text behind {@code authenticated} bytes is decrypted in place. */
    private boolean open(Tunnel tunnel, byte[] buffer, int offset, int authenticated, int sealedLength) {
        long counter = Header.counter(buffer, offset);
        ReplayTally tally = context.counters().replays();
        return tunnel.window().mayAccept(counter, tally)
                && tunnel.receiveCipher()
                        .open(counter, buffer, offset, authenticated, offset + authenticated, sealedLength)
                && tunnel.window().accept(counter, tally);
    }

    private void dispatch(
            long now, PacketType type, Tunnel tunnel, Arrival arrival, byte[] buffer, int offset, int length) {
        switch (type) {
            case DATA -> context.output().deliver(tunnel, buffer, offset, length);
            case LIGHTHOUSE -> lighthouse(now, tunnel, buffer, offset, length);
            case TEST_REQUEST -> tests.requested(now, tunnel, arrival, buffer, offset, length);
            case TEST_REPLY -> tests.replied(now, tunnel, arrival, buffer, offset, length);
            case CLOSE_TUNNEL -> tunnels.close(now, tunnel, CloseReason.PEER_CLOSED, Tunnels.Notice.SILENT);
            case CONTROL -> control(now, tunnel, buffer, offset, length);
            case HANDSHAKE, RECV_ERROR, RELAYED, INVALID -> throw new IllegalStateException(type + " is not sealed");
        }
    }

    private void lighthouse(long now, Tunnel tunnel, byte[] buffer, int offset, int length) {
        LighthouseMessage.Received received = parsedLighthouse(buffer, offset, length);
        if (received != null) {
            context.counters().received(received.message());
        }
        if (received != null && !lighthouses.received(now, tunnel, received.message())) {
            lighthouseServer.received(now, tunnel, received);
        }
    }

    /** Null for a message that is none: its sender is a member, but not one to argue with. */
    private static LighthouseMessage.@Nullable Received parsedLighthouse(byte[] buffer, int offset, int length) {
        try {
            return LighthouseMessage.parse(buffer, offset, length);
        } catch (MalformedException ignored) {
            return null;
        }
    }

    private void control(long now, Tunnel tunnel, byte[] buffer, int offset, int length) {
        RelayMessage.Received received = parsedControl(buffer, offset, length);
        if (received != null && tunnel.endpoint() != null) {
            relays.received(now, tunnel, received);
        }
    }

    private static RelayMessage.@Nullable Received parsedControl(byte[] buffer, int offset, int length) {
        try {
            return RelayMessage.parse(buffer, offset, length);
        } catch (MalformedException ignored) {
            return null;
        }
    }

    /** A relay frame: its inner packet is in clear and ours, or to be passed on as it is. */
    private void relayed(long now, Arrival arrival, byte[] buffer, int offset, int length) {
        RelayEntry entry = table.relay(Header.remoteIndex(buffer, offset));
        if (entry == null || length < OVERHEAD || !(arrival instanceof Arrival.Direct(UnderlayEndpoint from))) {
            return;
        }
        Tunnel tunnel = entry.tunnel();
        if (tunnel.owner() != Loops.MESH) {
            loops.open(tunnel, arrival, buffer, offset, length);
            return;
        }
        if (!open(tunnel, buffer, offset, length - TransportCipher.TAG_LENGTH, TransportCipher.TAG_LENGTH)) {
            return;
        }
        tunnel.heard(now, from, length);
        int inner = offset + Header.LENGTH;
        switch (entry.kind()) {
            case TERMINAL -> {
                if (entry.isEstablished()) {
                    packet(now, new Arrival.Relayed(entry), buffer, inner, length - OVERHEAD);
                }
            }
            case FORWARDING -> {
                RelayEntry next = entry.counterpart();
                if (next != null && context.settings().relaying().role() == RelayRole.FORWARDS) {
                    sender.wrap(now, next.tunnel(), next.remoteIndex(), buffer, inner, length - OVERHEAD);
                }
            }
        }
    }

    /** An index that is not known: perhaps not yet, else the sender is told, within limits (facts, traps 3 and 16). */
    private void unknown(long now, Arrival arrival, int index, byte[] buffer, int offset, int length) {
        PendingHandshake pending = table.pending(index);
        if (pending != null) {
            if (!pending.holdEarly(arrival, Arrays.copyOfRange(buffer, offset, offset + length))) {
                context.limits().count(Limit.EARLY);
            }
            return;
        }
        if (!(arrival instanceof Arrival.Direct(UnderlayEndpoint from))
                || !concerns(context.settings().underlay().sendRecvErrors(), from)) {
            return;
        }
        if (recvErrors.take(now, from)) {
            byte[] packet = new Header(PacketType.RECV_ERROR, index, 0).toBytes();
            context.counters().sent(PacketType.RECV_ERROR);
            context.output().transmit(from, packet, 0, packet.length);
        } else {
            context.limits().hit(now, Limit.UNKNOWN_INDEXES, from);
        }
    }

    private static boolean concerns(RecvErrors between, UnderlayEndpoint other) {
        return switch (between) {
            case ALWAYS -> true;
            case PRIVATE -> RemoteOrder.isPrivate(other);
            case NEVER -> false;
        };
    }
}
