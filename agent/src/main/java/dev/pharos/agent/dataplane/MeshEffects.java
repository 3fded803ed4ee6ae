package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.mesh.Loops;
import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.agent.mesh.MeshOutput;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.List;

/** What the mesh wants done: on its own loop, or on that of a tunnel's owner. */
record MeshEffects(List<Loop> loops, Crossings crossings, DataPlaneListener listener) implements MeshOutput {
    private BytePath own() {
        return loops.get(Loops.MESH).path();
    }

    @Override
    public void transmit(UnderlayEndpoint to, byte[] buffer, int offset, int length) {
        own().outbox().transmit(to, buffer, offset, length);
    }

    @Override
    public void deliver(Tunnel from, byte[] buffer, int offset, int length) {
        own().inbox().accept(BootClock.nanos(), from, buffer, offset, length);
    }

    @Override
    public void release(Tunnel to, byte[] buffer, int offset, int length) {
        if (crossings.owns(to)) {
            own().send(BootClock.nanos(), to, buffer, offset, length);
        } else {
            crossings.waited(to, buffer, offset, length);
        }
    }

    @Override
    public void opened(Tunnel tunnel) {
        // The next packet asks the mesh for its tunnel by itself.
    }

    @Override
    public void closed(Tunnel tunnel) {
        loops.get(tunnel.owner()).closed(tunnel);
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
