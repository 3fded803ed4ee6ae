package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.RelayEntry;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Packets and datagrams that leave: where they lie in the trains, how they are sealed, and when they are sent.
 *
 * <ol>
 *   <li>{@link #place} finds room in the train for the endpoint to which the tunnel's path leads, behind 16 bytes for the
 *       header, or 32 when that is a relay's.
 *   <li>{@link #seal} seals the packet from where it lies to there, once more for the relay.
 *   <li>{@link #flush} sends the trains by one system call.
 * </ol>
 */
final class Outbox {
    /** Header and tag, once for each hop. */
    static final int OVERHEAD = Header.LENGTH + TransportCipher.TAG_LENGTH;

    static final int TAG = TransportCipher.TAG_LENGTH;

    /** Bytes; the device's largest packet, sealed, is more. */
    private static final int MUCH = 1 << 16;

    /** The path leads nowhere, or cannot be used from here. */
    static final int NOWHERE = -1;

    private final Trains trains;
    private final Sealer sealer = new Sealer();
    private final UdpSocket socket;
    private final boolean reachesV6;
    private final PacketFilter filter;
    private final Crossings crossings;
    private final Counters counters;

    /** What {@link #place} has found. */
    private MemorySegment memory;

    private @Nullable Path path;

    Outbox(Arena arena, UdpSocket socket, PacketFilter filter, Crossings crossings, Counters counters) {
        this.trains = new Trains(arena);
        this.socket = socket;
        this.reachesV6 = socket.reachesV6();
        this.filter = filter;
        this.crossings = crossings;
        this.memory = trains.memory();
        this.counters = counters;
    }

    /** Where the packet itself goes, in the train for the tunnel's path; or {@link #NOWHERE}. */
    int place(Tunnel tunnel, int length) {
        return place(tunnel.path(), length);
    }

    private int place(Path by, int length) {
        memory = trains.memory();
        path = by;
        return switch (by) {
            case Path.Direct direct -> {
                int at = reserve(direct.endpoint(), length + OVERHEAD);
                yield at < 0 ? at : at + Header.LENGTH;
            }
            case Path.Relayed relayed -> {
                Tunnel relay = relayed.relay();
                if (!relay.isOpen() || !(relay.path() instanceof Path.Direct direct)) {
                    yield NOWHERE;
                }
                if (!crossings.owns(relay)) {
                    int at = crossings.reserve(relay.owner(), length + OVERHEAD);
                    memory = crossings.memory(relay.owner());
                    yield at < 0 ? at : at + Header.LENGTH;
                }
                int at = reserve(direct.endpoint(), length + 2 * OVERHEAD);
                yield at < 0 ? at : at + 2 * Header.LENGTH;
            }
        };
    }

    private int reserve(UnderlayEndpoint to, int length) {
        if (!reachesV6 && !to.isV4()) {
            return NOWHERE;
        }
        int at = trains.reserve(length, to.high(), to.low(), to.port());
        if (at < 0) {
            flush();
            at = trains.reserve(length, to.high(), to.low(), to.port());
        }
        return at;
    }

    /**
     * Seals the packet that lies at {@code plainAt} to the place {@code at}, and tells the tunnels last, as they may want to
     * send something themselves.
     */
    void seal(long now, Tunnel tunnel, MemorySegment plain, long plainAt, int at, int length) {
        seal(now, tunnel, PacketType.DATA, plain, plainAt, at, length);
        counters.packetsOut++;
        tunnel.sent(now, length + OVERHEAD);
    }

    private void seal(long now, Tunnel tunnel, PacketType type, MemorySegment plain, long plainAt, int at, int length) {
        int header = at - Header.LENGTH;
        long counter = tunnel.nextCounter();
        Slab.writeHeader(memory, header, type, tunnel.remoteIndex(), counter);
        sealer.seal(tunnel.sendCipher(), counter, plain, plainAt, memory, header, Header.LENGTH, length);
        if (path instanceof Path.Relayed(Tunnel relay, int remoteIndex)) {
            if (crossings.owns(relay)) {
                frame(now, relay, remoteIndex, header - Header.LENGTH, length + OVERHEAD);
            } else {
                crossings.commitFrame(relay, remoteIndex, length + OVERHEAD);
            }
        }
    }

    /** Seals what the mesh wants sent by that path. */
    void sendText(long now, Tunnel tunnel, Crossings.Wanted wanted, MemorySegment text, long offset, int length) {
        int at = place(wanted.path(), length);
        if (at < 0) {
            counters.unsendable++;
            return;
        }
        MemorySegment.copy(text, offset, memory, at, length);
        seal(now, tunnel, wanted.type(), memory, at, at, length);
        switch (wanted.answer()) {
            case EXPECTED -> tunnel.sent(now, length + OVERHEAD);
            case NONE -> tunnel.mentioned(now, length + OVERHEAD);
        }
    }

    /** Seals a relay frame around the whole packet of {@code length} bytes that lies behind its header. */
    private void frame(long now, Tunnel relay, int remoteIndex, int header, int length) {
        long counter = relay.nextCounter();
        Slab.writeHeader(trains.memory(), header, PacketType.RELAYED, remoteIndex, counter);
        sealer.seal(relay.sendCipher(), counter, trains.memory(), header, Header.LENGTH + length, 0);
        relay.sent(now, length + OVERHEAD);
    }

    /** Puts what came in a frame of one hop into a frame of the other, which is only ever reached directly. */
    void forward(long now, RelayEntry next, MemorySegment slab, long offset, int length) {
        if (crossings.owns(next.tunnel())) {
            frame(now, next.tunnel(), next.remoteIndex(), slab, offset, length);
        } else {
            crossings.frame(next.tunnel(), next.remoteIndex(), slab, offset, length);
        }
        counters.forwarded++;
    }

    /** Puts a whole packet into a frame of a relay. */
    void frame(long now, Tunnel tunnel, int remoteIndex, MemorySegment slab, long offset, int length) {
        int at = tunnel.isOpen() && tunnel.path() instanceof Path.Direct direct
                ? reserve(direct.endpoint(), length + OVERHEAD)
                : NOWHERE;
        if (at < 0) {
            counters.unsendable++;
            return;
        }
        MemorySegment.copy(slab, offset, trains.memory(), at + Header.LENGTH, length);
        frame(now, tunnel, remoteIndex, at, length);
    }

    /** Judges a packet that lies elsewhere, and sends it if it is allowed. */
    boolean send(long now, Tunnel tunnel, byte[] packet, int offset, int length) {
        boolean allowed = filter.allowsOut(tunnel, packet, offset, length, now);
        if (allowed) {
            sendUnjudged(now, tunnel, packet, offset, length);
        } else {
            counters.refusedOut++;
        }
        return allowed;
    }

    /** Sends a packet that lies elsewhere. */
    void sendUnjudged(long now, Tunnel tunnel, byte[] packet, int offset, int length) {
        int at = place(tunnel, length);
        if (at >= 0) {
            MemorySegment.copy(packet, offset, memory, JAVA_BYTE, at, length);
            seal(now, tunnel, memory, at, at, length);
        } else {
            counters.unsendable++;
        }
    }

    /** Sends a datagram as it is. */
    void transmit(UnderlayEndpoint to, byte[] datagram, int offset, int length) {
        int at = reserve(to, length);
        if (at >= 0) {
            MemorySegment.copy(datagram, offset, trains.memory(), JAVA_BYTE, at, length);
        } else {
            counters.unsendable++;
        }
    }

    /** Sends what is sealed once it is as much as the processor's cache still holds when the kernel copies it. */
    void flushIfMuch() {
        if (trains.bytes() >= MUCH) {
            flush();
        }
    }

    /** Sends all that is sealed. */
    void flush() {
        if (!trains.isEmpty()) {
            socket.send(trains);
        }
    }
}
