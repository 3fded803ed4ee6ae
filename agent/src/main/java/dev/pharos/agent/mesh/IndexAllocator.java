package dev.pharos.agent.mesh;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Draws the 32-bit indexes by which peers address our tunnels and relays: random, never 0, never one that is in use.
 * The low bits name the event loop that owns the tunnel, so that the kernel can steer a datagram to it.
 */
final class IndexAllocator {
    private static final int TRIES = 64;

    private final RandomGenerator random;
    private final int loopBits;

    IndexAllocator(RandomGenerator random, int loops) {
        this.random = random;
        this.loopBits = bits(loops);
    }

    /** How many low bits name one of so many loops. */
    static int bits(int loops) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(loops - 1);
    }

    /**
     * @param loop the owner, one of the loops
     * @param taken whether an index is in use
     * @throws IllegalStateException when no free index turns up, which means that billions are in use
     */
    int allocate(int loop, IntPredicate taken) {
        for (int i = 0; i < TRIES; i++) {
            int index = random.nextInt() << loopBits | loop;
            if (index != 0 && !taken.test(index)) {
                return index;
            }
        }
        throw new IllegalStateException("no free tunnel index after " + TRIES + " tries");
    }

    /** The loop that owns an index which this allocator drew. */
    int loopOf(int index) {
        return index & ((1 << loopBits) - 1);
    }
}
