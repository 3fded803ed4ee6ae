package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.agent.mesh.MeshOutput;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.Arrays;

/** What the mesh wants done, done on this loop. */
record MeshEffects(Outbox outbox, Inbox inbox, PacketFilter filter, DataPlaneListener listener) implements MeshOutput {
    @Override
    public void transmit(UnderlayEndpoint to, byte[] buffer, int offset, int length) {
        outbox.transmit(to, buffer, offset, length);
    }

    @Override
    public void deliver(Tunnel from, byte[] buffer, int offset, int length) {
        inbox.accept(BootClock.nanos(), from, buffer, offset, length);
    }

    @Override
    public void release(Tunnel to, byte[] buffer, int offset, int length) {
        long now = BootClock.nanos();
        if (!outbox.send(now, to, buffer, offset, length)) {
            inbox.tellHost(now, to, Arrays.copyOfRange(buffer, offset, offset + length), length, length);
        }
    }

    @Override
    public void opened(Tunnel tunnel) {
        // The next packet asks the mesh for its tunnel by itself.
    }

    @Override
    public void closed(Tunnel tunnel) {
        filter.closed(tunnel);
    }

    @Override
    public void pong(VpnAddress peer, long number, long roundTripNanos) {
        listener.pong(peer, number, roundTripNanos);
    }

    @Override
    public void event(MeshEvent event) {
        listener.event(event);
    }
}
