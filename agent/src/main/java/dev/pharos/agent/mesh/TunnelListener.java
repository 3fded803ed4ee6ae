package dev.pharos.agent.mesh;

import org.jspecify.annotations.Nullable;

/** A part of the mesh that acts when tunnels come and go. */
interface TunnelListener {
    /** The tunnel carries the traffic of its peer from now on, in place of {@code previous} if there was one. */
    default void promoted(long now, Tunnel tunnel, @Nullable Tunnel previous) {}

    /** The tunnel is gone; its peer may have others. */
    default void closed(long now, Tunnel tunnel) {}
}
