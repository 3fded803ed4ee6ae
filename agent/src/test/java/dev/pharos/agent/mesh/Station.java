package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import org.jspecify.annotations.Nullable;

/** Something with a socket in the simulated internet. */
interface Station {
    /** The router it is behind, null when it is public. */
    @Nullable
    Nat nat();

    UnderlayEndpoint endpoint();

    void receive(UnderlayEndpoint from, byte[] datagram);
}
