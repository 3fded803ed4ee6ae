package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.ReceiveBatch;
import dev.pharos.agent.mesh.Arrival;
import dev.pharos.agent.mesh.Loops;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.RelayEntry;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Packets on their way in. The stages, and what each owns:
 *
 * <ol>
 *   <li>{@link #read}: the socket's native buffers hold messages, each of several datagrams of one sender.
 *   <li>Everything further happens in place, there, or where a packet has crossed to from another loop.
 *   <li>A packet is opened by the loop that owns its tunnel, and nowhere else; a frame of a relay by the owner of the tunnel
 *       to the relay, which then looks at the packet inside.
 *   <li>Replay window, cipher, replay window: only then is it an authentic packet, and the tunnel heard.
 *   <li>The inbox has the filter judge it and joins it to others of its flow. It is flushed before the buffers are filled
 *       again.
 *   <li>What is not an IP packet, or did not come by its tunnel's path, is the mesh's, which on its own loop opens it by
 *       itself; so is what nobody here knows.
 * </ol>
 */
final class Incoming {
    /** System calls before outgoing packets have their turn. */
    private static final int READS = 2;

    private final UdpSocket socket;
    private final Mesh mesh;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Crossings crossings;
    private final AddressCache addresses;
    private final Counters counters;
    private final Sealer sealer = new Sealer();
    private final byte[] copy = new byte[1 << 16];

    Incoming(
            UdpSocket socket,
            Mesh mesh,
            Inbox inbox,
            Outbox outbox,
            Crossings crossings,
            AddressCache addresses,
            Counters counters) {
        this.socket = socket;
        this.mesh = mesh;
        this.inbox = inbox;
        this.outbox = outbox;
        this.crossings = crossings;
        this.addresses = addresses;
        this.counters = counters;
    }

    /** Takes what has arrived, as far as it is this loop's turn. */
    void read(long now) {
        ReceiveBatch received = socket.received();
        for (int i = 0; i < READS; i++) {
            int messages = socket.receive();
            for (int m = 0; m < messages; m++) {
                UnderlayEndpoint from =
                        addresses.endpoint(received.sourceHigh(m), received.sourceLow(m), received.sourcePort(m));
                int length = received.length(m);
                counters.bytesIn += length;
                datagrams(now, from, received.memory(), received.offset(m), length, received.segmentSize(m));
            }
            inbox.flush();
            if (!socket.wasFull(messages)) {
                return;
            }
        }
    }

    private void datagrams(
            long now, UnderlayEndpoint from, MemorySegment slab, long first, int length, int segmentSize) {
        for (int at = 0; at < length; at += segmentSize) {
            counters.datagramsIn++;
            packet(now, from, null, slab, first + at, Math.min(segmentSize, length - at));
        }
    }

    /**
     * Takes a whole packet, which may be overwritten and stays where it is until the inbox is flushed.
     *
     * @param from where it came from; absent for one in a frame
     * @param by the relay in whose frame it was
     */
    void packet(
            long now,
            @Nullable UnderlayEndpoint from,
            @Nullable RelayEntry by,
            MemorySegment slab,
            long at,
            int length) {
        if (length < Outbox.OVERHEAD || !isTaken(now, from, by, slab, at, length)) {
            toMesh(now, from, by, slab, at, length);
        }
    }

    /** False when it is the mesh's on this loop, and nothing has happened. */
    private boolean isTaken(
            long now,
            @Nullable UnderlayEndpoint from,
            @Nullable RelayEntry by,
            MemorySegment slab,
            long at,
            int length) {
        PacketType type = Slab.type(slab, at);
        return switch (type) {
            case DATA, LIGHTHOUSE, TEST_REQUEST, TEST_REPLY, CLOSE_TUNNEL, CONTROL ->
                sealed(now, type, from, by, slab, at, length);
            case RELAYED -> from != null && frame(now, from, slab, at, length);
            case HANDSHAKE, RECV_ERROR, INVALID -> false;
        };
    }

    /** A packet of a tunnel; false when it is not ours to open, nor another loop's, and nothing has happened. */
    private boolean sealed(
            long now,
            PacketType type,
            @Nullable UnderlayEndpoint from,
            @Nullable RelayEntry by,
            MemorySegment slab,
            long at,
            int length) {
        Tunnel tunnel = mesh.tunnelByIndex(Slab.remoteIndex(slab, at));
        if (tunnel == null) {
            return false;
        }
        if (!crossings.owns(tunnel)) {
            crossings.arrived(tunnel.owner(), from, by, slab, at, length);
            return true;
        }
        boolean usual = type == PacketType.DATA && isBy(tunnel, from, by);
        if (!usual && crossings.isMesh()) {
            return false;
        }
        boolean mayCome = usual || mesh.mayComeFrom(tunnel, arrival(from, by));
        if (mayCome && open(tunnel, slab, at, Header.LENGTH, length)) {
            heard(now, tunnel, from, by, length);
            if (type == PacketType.DATA) {
                inbox.accept(now, tunnel, slab, at + Header.LENGTH, length - Outbox.OVERHEAD);
            } else {
                long text = at + Header.LENGTH;
                crossings.opened(tunnel, arrival(from, by), type, slab, text, length - Outbox.OVERHEAD);
            }
        }
        return true;
    }

    /** Whether the tunnel sends to where the packet came from. */
    private static boolean isBy(Tunnel tunnel, @Nullable UnderlayEndpoint from, @Nullable RelayEntry by) {
        return switch (tunnel.path()) {
            case Path.Direct direct -> from != null && direct.endpoint().equals(from);
            case Path.Relayed relayed -> by != null && relayed.relay() == by.tunnel();
        };
    }

    private static void heard(
            long now, Tunnel tunnel, @Nullable UnderlayEndpoint from, @Nullable RelayEntry by, int length) {
        if (by != null) {
            tunnel.heardRelayed(now, by, length);
        } else if (from != null) {
            tunnel.heard(now, from, length);
        }
    }

    private static Arrival arrival(@Nullable UnderlayEndpoint from, @Nullable RelayEntry by) {
        if (by != null) {
            return new Arrival.Relayed(by);
        }
        if (from == null) {
            throw new IllegalStateException("a packet that came from nowhere");
        }
        return new Arrival.Direct(from);
    }

    /** A frame of a relay, for us or to be passed on; false when it is not ours to open, and nothing has happened. */
    private boolean frame(long now, UnderlayEndpoint from, MemorySegment slab, long at, int length) {
        RelayEntry entry = mesh.relayByIndex(Slab.remoteIndex(slab, at));
        if (entry == null) {
            return false;
        }
        Tunnel tunnel = entry.tunnel();
        if (!crossings.owns(tunnel)) {
            crossings.arrived(tunnel.owner(), from, null, slab, at, length);
            return true;
        }
        boolean usual = entry.isEstablished() && isBy(tunnel, from, null);
        if (!usual && crossings.isMesh()) {
            return false;
        }
        boolean mayCome = usual || mesh.mayComeFrom(tunnel, new Arrival.Direct(from));
        if (mayCome && open(tunnel, slab, at, length - Outbox.TAG, length)) {
            tunnel.heard(now, from, length);
            inFrame(now, entry, slab, at + Header.LENGTH, length - Outbox.OVERHEAD);
        }
        return true;
    }

    /** What is in the frame is taken in, or goes on as it is, in a frame of the other hop. */
    private void inFrame(long now, RelayEntry entry, MemorySegment slab, long at, int length) {
        switch (entry.kind()) {
            case TERMINAL -> {
                if (entry.isEstablished()) {
                    packet(now, null, entry, slab, at, length);
                }
            }
            case FORWARDING -> {
                RelayEntry next = entry.counterpart();
                if (next != null && mesh.forwards()) {
                    outbox.forward(now, next, slab, at, length);
                }
            }
        }
    }

    private void toMesh(
            long now,
            @Nullable UnderlayEndpoint from,
            @Nullable RelayEntry by,
            MemorySegment slab,
            long at,
            int length) {
        if (!crossings.isMesh()) {
            crossings.arrived(Loops.MESH, from, by, slab, at, length);
            return;
        }
        MemorySegment.copy(slab, JAVA_BYTE, at, copy, 0, length);
        if (by != null) {
            mesh.relayed(now, by, copy, 0, length);
        } else if (from != null) {
            mesh.datagram(now, from, copy, 0, length);
        }
    }

    /** Opens a packet in place: {@code authenticated} bytes in clear, then what is sealed. */
    private boolean open(Tunnel tunnel, MemorySegment slab, long at, int authenticated, int length) {
        long counter = Slab.counter(slab, at);
        if (!tunnel.window().mayAccept(counter, counters.replays)) {
            return false;
        }
        if (!sealer.open(tunnel.receiveCipher(), counter, slab, at, authenticated, length - authenticated)) {
            counters.unopened++;
            return false;
        }
        return tunnel.window().accept(counter, counters.replays);
    }
}
