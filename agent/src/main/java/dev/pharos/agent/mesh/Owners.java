package dev.pharos.agent.mesh;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Which event loop owns which tunnel, and the indexes that say so. All tunnels to one peer have the same owner, so that its
 * flows keep their connection tracking when a new handshake replaces the tunnel. Peers are dealt out in turn, the mesh's own
 * loop last.
 */
final class Owners {
    private final Loops loops;
    private final IndexAllocator indexes;
    private int dealt;

    Owners(Loops loops, RandomGenerator random) {
        this.loops = loops;
        this.indexes = new IndexAllocator(random, loops.count());
    }

    Loops loops() {
        return loops;
    }

    /** A free index for a tunnel to that peer. */
    int tunnelIndex(Peer peer, IntPredicate taken) {
        if (peer.owner == Peer.NO_OWNER) {
            peer.owner = loops.count() - 1 - dealt++ % loops.count();
        }
        return indexes.allocate(peer.owner, taken);
    }

    /** A free index for a relay through that tunnel, whose owner opens its frames. */
    int relayIndex(Tunnel tunnel, IntPredicate taken) {
        return indexes.allocate(tunnel.owner(), taken);
    }

    /** The loop that owns what has one of our indexes. */
    int of(int index) {
        return indexes.loopOf(index);
    }
}
