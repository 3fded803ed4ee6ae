package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;

/**
 * What a mesh asks its caller to do. Called only while the caller is inside one of the mesh's methods, on the same
 * thread. Buffers are the mesh's own again when the call returns.
 */
public interface MeshOutput {

    /** Sends a datagram. */
    void transmit(UnderlayEndpoint to, byte[] buffer, int offset, int length);

    /** A peer's IP packet, opened, not a replay, not yet judged by the inbound firewall. */
    void deliver(Tunnel from, byte[] buffer, int offset, int length);

    /**
     * An IP packet that had waited for a tunnel, to be judged by the outbound firewall and sent like any other, by
     * {@link Mesh#send} if not by the byte path.
     */
    void release(Tunnel to, byte[] buffer, int offset, int length);

    /** Packets may come on this tunnel from now on. Which one to send on, {@link Mesh#tunnelTo} says. */
    void opened(Tunnel tunnel);

    /** The tunnel is gone: nothing may be sent on it, and nothing that comes is opened. */
    void closed(Tunnel tunnel);

    /** The answer to {@link Mesh#ping}. */
    void pong(VpnAddress peer, long number, long roundTripNanos);

    /** Something for the log. */
    void event(MeshEvent event);
}
