package dev.pharos.agent.mesh;

/** Sees to it that there is a tunnel to a peer, sooner or later. */
@FunctionalInterface
interface Opener {
    void want(long now, Peer peer);
}
