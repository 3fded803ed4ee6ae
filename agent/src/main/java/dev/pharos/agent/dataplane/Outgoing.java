package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.Pages;
import dev.pharos.agent.mesh.Loops;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.VpnAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Packets of this host on their way out. The stages, and what each owns:
 *
 * <ol>
 *   <li>{@link #read}: the TUN device's read buffer holds one packet of up to 64 KB.
 *   <li>Its destination, or the gateway of its route, names a tunnel; without one the mesh keeps the packet. When tunnel or
 *       mesh is another loop's, the packet crosses to there as it is, and comes to {@link #take}.
 *   <li>The filter judges it once, by its headers.
 *   <li>What is too large for the tunnel's path goes back, as from a router with a narrow way out.
 *   <li>The segmenter completes one packet of ordinary size at a time, which is sealed to the place that the outbox has
 *       for it.
 * </ol>
 */
final class Outgoing {
    /** Large packets read before incoming ones have their turn. */
    private static final int READS = 32;

    private final TunQueue device;
    private final Segmenter segmenter;
    private final Outbox outbox;
    private final Inbox inbox;
    private final Mesh mesh;
    private final PacketFilter filter;
    private final Crossings crossings;
    private final AddressCache addresses;
    private final Routing routing;
    private final Counters counters;
    private final MemorySegment staging;
    private final byte[] whole = new byte[1 << 16];

    Outgoing(
            Arena arena,
            TunQueue device,
            Outbox outbox,
            Inbox inbox,
            Mesh mesh,
            PacketFilter filter,
            Crossings crossings,
            AddressCache addresses,
            Routing routing,
            Counters counters) {
        this.device = device;
        this.staging = Pages.allocate(arena, 1 << 16);
        this.segmenter = new Segmenter(device.readBuffer());
        this.outbox = outbox;
        this.inbox = inbox;
        this.mesh = mesh;
        this.filter = filter;
        this.crossings = crossings;
        this.addresses = addresses;
        this.routing = routing;
        this.counters = counters;
    }

    /** Takes what the device has, as far as it is this loop's turn; the last sealed packets wait in the outbox. */
    void read(long now) {
        for (int i = 0; i < READS; i++) {
            int length = device.read();
            if (length == TunQueue.EMPTY) {
                return;
            }
            take(now, device.readBuffer(), 0, length);
            outbox.flushIfMuch();
        }
    }

    /** Takes a packet with its virtio header, as the device hands it over. */
    void take(long now, MemorySegment memory, long at, int length) {
        if (segmenter.begin(memory, at, length)) {
            large(now, memory, at, length);
        } else {
            counters.malformed++;
        }
    }

    private void large(long now, MemorySegment memory, long at, int length) {
        VpnAddress destination = addresses.destination(segmenter.header(), 0);
        VpnAddress to = routing.nextHop(now, destination, segmenter.header(), segmenter.headerBytes());
        if (to == null) {
            counters.refusedOut++;
            inbox.tellHostOfNoRoute(now, segmenter.header(), segmenter.headerBytes(), segmenter.packetLength());
            return;
        }
        Tunnel tunnel = mesh.tunnelTo(to);
        if (tunnel == null && crossings.isMesh()) {
            hold(now, to);
        } else if (tunnel == null) {
            crossings.devicePacket(Loops.MESH, memory, at, length);
        } else if (!crossings.owns(tunnel)) {
            crossings.devicePacket(tunnel.owner(), memory, at, length);
        } else if (filter.allowsOut(tunnel, segmenter.header(), 0, segmenter.headerBytes(), now)) {
            int fits = PathLimit.of(tunnel, segmenter.header());
            if (segmenter.nextLength() > fits) {
                counters.tooLarge++;
                inbox.tellTooLarge(now, tunnel, segmenter.header(), segmenter.headerBytes(), fits);
                return;
            }
            while (segmenter.hasNext()) {
                segment(now, tunnel);
            }
        } else {
            counters.refusedOut++;
            inbox.tellHost(now, segmenter.header(), segmenter.headerBytes(), segmenter.packetLength());
        }
    }

    /** The mesh opens a tunnel and gives the packets back to {@link Outbox#send}, or drops them. */
    private void hold(long now, VpnAddress to) {
        while (segmenter.hasNext()) {
            int length = segmenter.nextLength();
            segmenter.write(staging, 0);
            MemorySegment.copy(staging, JAVA_BYTE, 0, whole, 0, length);
            mesh.outbound(now, to, whole, 0, length);
        }
    }

    private void segment(long now, Tunnel tunnel) {
        int length = segmenter.nextLength();
        int at = outbox.place(tunnel, length);
        if (at >= 0) {
            long from = segmenter.next();
            PathLimit.clamp(tunnel, segmenter.memory(), from, length);
            outbox.seal(now, tunnel, segmenter.memory(), from, at, length);
        } else {
            segmenter.skip();
            counters.unsendable++;
        }
    }
}
