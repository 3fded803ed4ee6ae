package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.protocol.VpnAddress;

/** Who is told what happens; called on the loop's thread, so it must return at once. */
public interface DataPlaneListener {
    /** For the log. */
    void event(MeshEvent event);

    /** The answer to {@code Mesh.ping}. */
    void pong(VpnAddress peer, long number, long roundTripNanos);

    /** A device, an address or a route of this machine changed. */
    void linksChanged();

    /** An offload is not used, at the start or from now on. */
    void offloadOff(DataPlaneSettings.Offload offload, String reason);

    /** A fault of ours: what was being done is lost, and the loop goes on. */
    void failed(RuntimeException fault);
}
