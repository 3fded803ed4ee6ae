package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.RelayEntry;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one event loop does with packets: its queue of the device, its socket, and the tunnels that it owns. */
final class BytePath {
    /** What has crossed is done before anything new is taken in, but not without end. */
    private static final int ERRANDS = 256;

    private final PacketFilter filter;
    private final Counters counters;
    private final Crossings crossings;
    /** An array, as looking for what has crossed must leave no garbage. */
    private final Ring[] from;

    private final UdpSocket socket;
    private final Outbox outbox;
    private final Inbox inbox;
    private final Optional<TunQueue> queue;
    private final AddressCache addresses = new AddressCache();
    private @Nullable Wired wired;

    /** What needs the mesh. */
    private record Wired(Mesh mesh, Incoming incoming, Optional<Outgoing> outgoing, Routing routing) {}

    BytePath(
            Arena arena,
            UdpSocket socket,
            Optional<TunDevice> device,
            Offloads offloads,
            Coalescer.Mode writes,
            PacketFilter filter,
            Crossings crossings,
            Ring[] from,
            Counters counters) {
        this.filter = filter;
        this.counters = counters;
        this.crossings = crossings;
        this.from = from;
        this.socket = socket;
        outbox = new Outbox(arena, socket, filter, crossings, counters);
        queue = device.map(tun -> new TunQueue(arena, tun, counters, offloads));
        Delivery delivery = queue.isPresent()
                ? new Delivery.ToDevice(new Coalescer(arena, queue.get(), writes))
                : new EchoResponder(outbox);
        inbox = new Inbox(arena, filter, delivery, outbox, counters);
    }

    /** Joins the path to the mesh; before anything else. */
    void wire(Arena arena, Mesh mesh, RouteTable routes) {
        Routing routing = new Routing(routes, mesh, crossings);
        wired = new Wired(
                mesh,
                new Incoming(socket, mesh, inbox, outbox, crossings, addresses, counters),
                queue.map(tun ->
                        new Outgoing(arena, tun, outbox, inbox, mesh, filter, crossings, addresses, routing, counters)),
                routing);
    }

    private Wired wired() {
        Wired ready = wired;
        if (ready == null) {
            throw new IllegalStateException("the path leads to no mesh");
        }
        return ready;
    }

    PacketFilter filter() {
        return filter;
    }

    Outbox outbox() {
        return outbox;
    }

    Inbox inbox() {
        return inbox;
    }

    DataPlaneCounters counters() {
        return counters.snapshot();
    }

    Incoming incoming() {
        return wired().incoming();
    }

    Optional<Outgoing> outgoing() {
        return wired().outgoing();
    }

    /** Takes what has arrived, and what the host has answered while it was written to it: an echo reply, a TCP segment. */
    void arrived(long now) {
        Wired ready = wired();
        ready.incoming().read(now);
        if (ready.outgoing().isPresent()) {
            ready.outgoing().get().read(now);
        }
    }

    void route(RouteTable table) {
        wired().routing().change(table);
    }

    /** An IP packet for a tunnel of this loop's, to be judged. */
    void send(long now, Tunnel to, byte[] packet, int offset, int length) {
        if (!outbox.send(now, to, packet, offset, length)) {
            inbox.tellHost(now, Arrays.copyOfRange(packet, offset, offset + length), length, length);
        }
    }

    /** Does what other loops ask of this one, a ring at a time; false when there is more to do. */
    boolean drain(long now) {
        boolean all = true;
        for (Ring ring : from) {
            int waiting = ring.waiting();
            if (waiting > 0) {
                drain(now, ring, Math.min(waiting, ERRANDS));
                all &= waiting <= ERRANDS;
            }
        }
        return all;
    }

    private void drain(long now, Ring ring, int count) {
        int done = 0;
        try {
            while (done < count) {
                run(now, ring, done++);
            }
        } finally {
            inbox.flush();
            ring.release(done);
        }
    }

    private void run(long now, Ring ring, int n) {
        long at = ring.offset(n);
        int length = ring.length(n);
        Mesh mesh = wired().mesh();
        switch (ring.errand(n)) {
            case DEVICE_PACKET ->
                wired().outgoing().ifPresent(outgoing -> outgoing.take(now, ring.memory(), at, length));
            case WAITED -> {
                byte[] packet = ring.bytes(n);
                send(now, ring.subject(n, Tunnel.class), packet, 0, packet.length);
            }
            case MESH_TEXT -> {
                Crossings.Wanted wanted = ring.circumstance(n, Crossings.Wanted.class);
                outbox.sendText(now, ring.subject(n, Tunnel.class), wanted, ring.memory(), at, length);
            }
            case FRAME -> outbox.frame(now, ring.subject(n, Tunnel.class), ring.number(n), ring.memory(), at, length);
            case ARRIVED -> {
                switch (ring.subject(n, Object.class)) {
                    case RelayEntry by -> incoming().packet(now, null, by, ring.memory(), at, length);
                    case Object endpoint ->
                        incoming().packet(now, (UnderlayEndpoint) endpoint, null, ring.memory(), at, length);
                }
            }
            case OPENED -> {
                byte[] text = ring.bytes(n);
                Crossings.Opened how = ring.circumstance(n, Crossings.Opened.class);
                mesh.opened(now, how.type(), ring.subject(n, Tunnel.class), how.arrival(), text, 0, text.length);
            }
            case SENDING -> mesh.watcher().sending(ring.subject(n, Tunnel.class), now);
            case HEARD_ELSEWHERE ->
                mesh.watcher().heardElsewhere(ring.subject(n, Tunnel.class), now, ring.circumstance(n, Path.class));
            case CALL -> mesh.call(now, ring.subject(n, VpnAddress.class));
        }
    }

    /** Writes what was opened, sends what was sealed, and wakes those to whom something has crossed. */
    void flush() {
        inbox.flush();
        outbox.flush();
        crossings.flush();
    }

    /** No packet of this tunnel will be judged any more. */
    void closed(Tunnel tunnel) {
        filter.closed(tunnel);
    }
}
