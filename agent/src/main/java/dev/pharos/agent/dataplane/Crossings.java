package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.mesh.Answer;
import dev.pharos.agent.mesh.Arrival;
import dev.pharos.agent.mesh.Loops;
import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.RelayEntry;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The ways from one event loop to the others, on its thread alone. What finds no room is counted and lost, as a datagram
 * would be. The others are woken by {@link #flush}, once for all that has crossed. As a watcher it is told by this loop's
 * tunnels, and tells the mesh.
 */
final class Crossings implements Tunnel.Watcher {
    /** How a text of the mesh's came. */
    record Opened(Arrival arrival, PacketType type) {}

    /** How the mesh wants a text sent. */
    record Wanted(Path path, PacketType type, Answer answer) {}

    private final int self;

    /** To each loop, and that to itself never used. */
    private final Ring[] to;

    private final IntConsumer waker;
    private final Counters counters;
    private final boolean[] crossed;

    private @Nullable Tunnel lastSending;
    private long lastSendingAt;
    private @Nullable Tunnel lastElsewhere;
    private @Nullable Path lastElsewhereBy;
    private long lastElsewhereAt;

    Crossings(int self, Ring[] to, IntConsumer waker, Counters counters) {
        this.self = self;
        this.to = to;
        this.waker = waker;
        this.counters = counters;
        this.crossed = new boolean[to.length];
    }

    /** Whether this is the mesh's loop. */
    boolean isMesh() {
        return self == Loops.MESH;
    }

    /** Whether what the tunnel needs is done on this loop. */
    boolean owns(Tunnel tunnel) {
        return tunnel.owner() == self;
    }

    /** Where {@link #reserve} finds room. */
    MemorySegment memory(int loop) {
        return to[loop].memory();
    }

    /** Room for so many bytes on the way to that loop: their offset, or {@link Ring#NO_ROOM}. */
    int reserve(int loop, int length) {
        return to[loop].reserve(length);
    }

    /** A packet that was written to where there was room for it. */
    void commitFrame(Tunnel relay, int remoteIndex, int length) {
        commit(relay.owner(), Errand.FRAME, relay, null, remoteIndex, length);
    }

    private void commit(
            int loop, Errand errand, @Nullable Object subject, @Nullable Object circumstance, int number, int length) {
        to[loop].commit(errand, subject, circumstance, number, length);
        crossed[loop] = true;
        counters.crossed++;
    }

    private void cross(
            int loop,
            Errand errand,
            @Nullable Object subject,
            @Nullable Object circumstance,
            int number,
            MemorySegment from,
            long at,
            int length) {
        int room = to[loop].reserve(length);
        if (room == Ring.NO_ROOM) {
            counters.noRoom++;
            return;
        }
        MemorySegment.copy(from, at, to[loop].memory(), room, length);
        commit(loop, errand, subject, circumstance, number, length);
    }

    private void cross(
            int loop,
            Errand errand,
            @Nullable Object subject,
            @Nullable Object circumstance,
            int number,
            byte[] from,
            int offset,
            int length) {
        int room = to[loop].reserve(length);
        if (room == Ring.NO_ROOM) {
            counters.noRoom++;
            return;
        }
        MemorySegment.copy(from, offset, to[loop].memory(), JAVA_BYTE, room, length);
        commit(loop, errand, subject, circumstance, number, length);
    }

    /** What was read from the device and is another loop's to send. */
    void devicePacket(int loop, MemorySegment memory, long at, int length) {
        cross(loop, Errand.DEVICE_PACKET, null, null, 0, memory, at, length);
    }

    /** What was received and is another loop's to open. */
    void arrived(
            int loop,
            @Nullable UnderlayEndpoint from,
            @Nullable RelayEntry by,
            MemorySegment memory,
            long at,
            int length) {
        cross(loop, Errand.ARRIVED, by == null ? from : by, null, 0, memory, at, length);
    }

    /** To the mesh. */
    void opened(Tunnel tunnel, Arrival arrival, PacketType type, MemorySegment memory, long at, int length) {
        cross(Loops.MESH, Errand.OPENED, tunnel, new Opened(arrival, type), 0, memory, at, length);
    }

    void frame(Tunnel relay, int remoteIndex, MemorySegment memory, long at, int length) {
        cross(relay.owner(), Errand.FRAME, relay, null, remoteIndex, memory, at, length);
    }

    void waited(Tunnel tunnel, byte[] packet, int offset, int length) {
        cross(tunnel.owner(), Errand.WAITED, tunnel, null, 0, packet, offset, length);
    }

    void call(VpnAddress address) {
        tell(Errand.CALL, address, null);
    }

    /** To the mesh, without bytes; false when there was no room. */
    private boolean tell(Errand errand, Object subject, @Nullable Object circumstance) {
        if (to[Loops.MESH].reserve(0) == Ring.NO_ROOM) {
            counters.noRoom++;
            return false;
        }
        commit(Loops.MESH, errand, subject, circumstance, 0, 0);
        return true;
    }

    void seal(Tunnel tunnel, Path path, PacketType type, Answer answer, byte[] text, int offset, int length) {
        cross(tunnel.owner(), Errand.MESH_TEXT, tunnel, new Wanted(path, type, answer), 0, text, offset, length);
    }

    void frame(Tunnel relay, int remoteIndex, byte[] packet, int offset, int length) {
        cross(relay.owner(), Errand.FRAME, relay, null, remoteIndex, packet, offset, length);
    }

    void arrived(Tunnel tunnel, Arrival arrival, byte[] packet, int offset, int length) {
        Object from = switch (arrival) {
            case Arrival.Direct(UnderlayEndpoint endpoint) -> endpoint;
            case Arrival.Relayed(RelayEntry by) -> by;
        };
        cross(tunnel.owner(), Errand.ARRIVED, from, null, 0, packet, offset, length);
    }

    /** The same thing is told once a turn. */
    @Override
    public void sending(Tunnel tunnel, long now) {
        if ((tunnel != lastSending || now != lastSendingAt) && tell(Errand.SENDING, tunnel, null)) {
            lastSending = tunnel;
            lastSendingAt = now;
        }
    }

    @Override
    public void heardElsewhere(Tunnel tunnel, long now, Path from) {
        boolean same = tunnel == lastElsewhere && now == lastElsewhereAt && from.equals(lastElsewhereBy);
        if (!same && tell(Errand.HEARD_ELSEWHERE, tunnel, from)) {
            lastElsewhere = tunnel;
            lastElsewhereBy = from;
            lastElsewhereAt = now;
        }
    }

    /** Wakes those to whom something has crossed. */
    void flush() {
        for (int loop = 0; loop < crossed.length; loop++) {
            if (crossed[loop]) {
                crossed[loop] = false;
                waker.accept(loop);
            }
        }
    }
}
