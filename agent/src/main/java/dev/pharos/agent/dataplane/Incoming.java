package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.ReceiveBatch;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.RelayEntry;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.MemorySegment;

/**
 * Packets on their way in. The stages, and what each owns:
 *
 * <ol>
 *   <li>{@link #read}: the socket's native buffers hold messages, each of several datagrams of one sender.
 *   <li>Everything further happens in place, there.
 *   <li>A datagram is ours to open when it is a packet of a tunnel and came by that tunnel's path, straight or in a frame
 *       of its relay, or such a frame on its way through us. Everything else, roaming included, is copied for the mesh, which hands packets to the inbox by itself.
 *   <li>Replay window, cipher, replay window: only then is it an authentic packet, and the tunnel heard.
 *   <li>The inbox has the filter judge it and joins it to others of its flow. It is flushed before the buffers are filled
 *       again.
 * </ol>
 */
final class Incoming {
    /** System calls before outgoing packets have their turn. */
    private static final int READS = 8;

    private final UdpSocket socket;
    private final Mesh mesh;
    private final Inbox inbox;
    private final Outbox outbox;
    private final AddressCache addresses;
    private final Counters counters;
    private final MemorySegment slab;
    private final Sealer sealer = new Sealer();
    private final byte[] copy = new byte[1 << 16];

    Incoming(UdpSocket socket, Mesh mesh, Inbox inbox, Outbox outbox, AddressCache addresses, Counters counters) {
        this.socket = socket;
        this.slab = socket.received().memory();
        this.mesh = mesh;
        this.inbox = inbox;
        this.outbox = outbox;
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
                datagrams(now, from, received.offset(m), received.length(m), received.segmentSize(m));
            }
            inbox.flush();
            if (!socket.wasFull(messages)) {
                return;
            }
        }
    }

    private void datagrams(long now, UnderlayEndpoint from, long first, int length, int segmentSize) {
        counters.bytesIn += length;
        for (int at = 0; at < length; at += segmentSize) {
            counters.datagramsIn++;
            datagram(now, from, first + at, Math.min(segmentSize, length - at));
        }
    }

    private void datagram(long now, UnderlayEndpoint from, long at, int length) {
        boolean done = length >= Outbox.OVERHEAD
                && switch (Slab.type(slab, at)) {
                    case DATA -> direct(now, from, at, length);
                    case RELAYED -> relayed(now, from, at, length);
                    case HANDSHAKE, RECV_ERROR, LIGHTHOUSE, TEST_REQUEST, TEST_REPLY, CLOSE_TUNNEL, CONTROL, INVALID ->
                        false;
                };
        if (!done) {
            MemorySegment.copy(slab, JAVA_BYTE, at, copy, 0, length);
            mesh.datagram(now, from, copy, 0, length);
        }
    }

    /** False when it is not ours to open; then nothing has happened. */
    private boolean direct(long now, UnderlayEndpoint from, long at, int length) {
        Tunnel tunnel = mesh.tunnelByIndex(Slab.remoteIndex(slab, at));
        if (tunnel == null || !isBy(tunnel, from)) {
            return false;
        }
        if (open(tunnel, at, Header.LENGTH, length)) {
            tunnel.heard(now, from, length);
            inbox.accept(now, tunnel, slab, at + Header.LENGTH, length - Outbox.OVERHEAD);
        }
        return true;
    }

    private static boolean isBy(Tunnel tunnel, UnderlayEndpoint from) {
        return tunnel.path() instanceof Path.Direct direct && direct.endpoint().equals(from);
    }

    /** A frame of a relay, for us or to be passed on; false when it is not ours to open, and nothing has happened. */
    private boolean relayed(long now, UnderlayEndpoint from, long at, int length) {
        RelayEntry entry = mesh.relayByIndex(Slab.remoteIndex(slab, at));
        if (entry == null || !entry.isEstablished() || !isBy(entry.tunnel(), from)) {
            return false;
        }
        return switch (entry.kind()) {
            case TERMINAL -> terminal(now, entry, from, at, length);
            case FORWARDING -> forwarding(now, entry, from, at, length);
        };
    }

    /** In the frame is a packet of a tunnel that this relay carries; else the frame is the mesh's. */
    private boolean terminal(long now, RelayEntry entry, UnderlayEndpoint from, long at, int length) {
        long inner = at + Header.LENGTH;
        int innerLength = length - Outbox.OVERHEAD;
        if (innerLength < Outbox.OVERHEAD || Slab.type(slab, inner) != PacketType.DATA) {
            return false;
        }
        Tunnel tunnel = mesh.tunnelByIndex(Slab.remoteIndex(slab, inner));
        if (tunnel == null || !(tunnel.path() instanceof Path.Relayed relayed) || relayed.relay() != entry.tunnel()) {
            return false;
        }
        if (open(entry.tunnel(), at, Header.LENGTH + innerLength, length)) {
            entry.tunnel().heard(now, from, length);
            if (open(tunnel, inner, Header.LENGTH, innerLength)) {
                tunnel.heardRelayed(now, entry, innerLength);
                inbox.accept(now, tunnel, slab, inner + Header.LENGTH, innerLength - Outbox.OVERHEAD);
            }
        }
        return true;
    }

    /** What is in the frame goes on as it is, in a frame of the other hop. */
    private boolean forwarding(long now, RelayEntry entry, UnderlayEndpoint from, long at, int length) {
        RelayEntry next = entry.counterpart();
        if (next == null || !mesh.forwards()) {
            return false;
        }
        int innerLength = length - Outbox.OVERHEAD;
        if (open(entry.tunnel(), at, Header.LENGTH + innerLength, length)) {
            entry.tunnel().heard(now, from, length);
            outbox.forward(now, next, slab, at + Header.LENGTH, innerLength);
        }
        return true;
    }

    /** Opens a packet in place: {@code authenticated} bytes in clear, then what is sealed. */
    private boolean open(Tunnel tunnel, long at, int authenticated, int length) {
        long counter = Slab.counter(slab, at);
        if (!tunnel.window().mayAccept(counter)) {
            counters.replayed++;
            return false;
        }
        if (!sealer.open(tunnel.receiveCipher(), counter, slab, at, authenticated, length - authenticated)) {
            counters.unopened++;
            return false;
        }
        return tunnel.window().accept(counter);
    }
}
