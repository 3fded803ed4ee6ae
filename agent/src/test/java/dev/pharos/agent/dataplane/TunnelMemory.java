package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * As much memory as tunnels and tracked connections have, laid out as theirs is, to be touched as one packet does: what that
 * takes is what the machine asks for any table of that size.
 *
 * <p>Of each tunnel: objects that lead to one another, some of their neighbours, and in one piece what a cipher reads of its
 * prepared key (15 round keys and the hash keys of 48 blocks). Of each connection: its entries in three arrays.
 */
final class TunnelMemory {
    private static final int LINE = 64;

    /** From the table of indexes to the key, and from the table of peers to the address. */
    private static final int CHAIN = 12;

    private static final int NEIGHBOURS = 12;
    private static final int OBJECTS = 4096;
    private static final int KEY_LINES = 18;
    private static final int KEY = 2752;
    private static final int[] CONNECTION = {48, 8, 4};
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private final MemorySegment objects;
    private final MemorySegment keys;
    private final MemorySegment[] connections = new MemorySegment[CONNECTION.length];
    private final int slots;

    TunnelMemory(Arena arena, int tunnels, int flows) {
        objects = arena.allocate((long) tunnels * OBJECTS, LINE);
        keys = arena.allocate((long) tunnels * KEY, LINE).fill((byte) 1);
        slots = Integer.highestOneBit(flows) * 4;
        for (int i = 0; i < connections.length; i++) {
            connections[i] = arena.allocate((long) slots * CONNECTION[i], LINE).fill((byte) 1);
        }
        for (int tunnel = 0; tunnel < tunnels; tunnel++) {
            long first = (long) tunnel * OBJECTS;
            for (int i = 0; i < CHAIN; i++) {
                objects.set(JAVA_LONG, link(first, i), link(first, i + 1));
            }
        }
    }

    private static long link(long first, int i) {
        return first + (long) i * 5 * LINE;
    }

    long touch(int tunnel, int flow) {
        long at = (long) tunnel * OBJECTS;
        for (int i = 0; i < CHAIN; i++) {
            at = objects.get(JAVA_LONG, at);
        }
        long sum = at;
        for (int i = 0; i < NEIGHBOURS; i++) {
            sum += objects.get(JAVA_LONG, link((long) tunnel * OBJECTS, i) + 2 * LINE);
        }
        for (int i = 0; i < KEY_LINES; i++) {
            sum += keys.get(JAVA_LONG, (long) tunnel * KEY + (long) i * LINE);
        }
        int slot = (int) ((flow * SPREAD) >>> 32) & (slots - 1);
        for (int i = 0; i < connections.length; i++) {
            sum += connections[i].get(JAVA_LONG, (long) slot * CONNECTION[i] & -Long.BYTES);
        }
        return sum;
    }
}
