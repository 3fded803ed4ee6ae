package dev.pharos.agent.firewall;

import org.jspecify.annotations.Nullable;

/**
 * The tracked connections of one event loop: an open-addressed hash table in flat arrays, so that finding and refreshing
 * one touches a cache line or two and allocates nothing. It starts small, doubles up to its limit, and never goes
 * beyond.
 *
 * <p>A connection that has run out is gone as soon as somebody looks for it; {@link #sweep} removes those for which nobody
 * looks. A full table makes room by looking at a few connections and dropping the one that would end first, so that a
 * peer that opens connections without end costs others a new look at the rules and nothing more. The hash is keyed, as
 * peers choose most of what is hashed.
 *
 * <p>A slot number is good until the next call that adds or removes.
 */
final class ConnectionTable {
    static final int NONE = -1;

    private static final int FIRST_CAPACITY = 256;
    private static final int CANDIDATES = 8;
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    /** Longs of a slot: four halves of addresses, ports and protocol, end. */
    private static final int STRIDE = 6;

    private static final int PORTS = 4;
    private static final int END = 5;

    private final int limit;
    private final long seed;

    private int capacity;
    private int size;
    private long displaced;
    private int cursor;

    /** Found last: packets of one connection come behind each other. */
    private int latest;

    private long[] keys;

    /** Whose connection a slot holds; null marks an empty slot. */
    private @Nullable PeerIdentity[] peers;

    /** Version of the rules that allowed the connection, times two, plus one when it came from the peer. */
    private int[] origins;

    ConnectionTable(int limit, long seed) {
        this.limit = limit;
        this.seed = seed;
        this.capacity = FIRST_CAPACITY;
        this.keys = new long[capacity * STRIDE];
        this.peers = new PeerIdentity[capacity];
        this.origins = new int[capacity];
    }

    int size() {
        return size;
    }

    /** Connections that had to make room for others, since it exists. */
    long displaced() {
        return displaced;
    }

    /** The slot of the packet's connection, or {@link #NONE}. */
    int find(PacketView packet, long now) {
        int slot = slotFor(packet);
        if (peers[slot] == null) {
            return NONE;
        }
        if (hasEnded(slot, now)) {
            remove(slot);
            return NONE;
        }
        return slot;
    }

    @Nullable
    PeerIdentity peer(int slot) {
        return peers[slot];
    }

    /** Who sent the first packet. */
    Direction direction(int slot) {
        return (origins[slot] & 1) != 0 ? Direction.INBOUND : Direction.OUTBOUND;
    }

    int version(int slot) {
        return origins[slot] >> 1;
    }

    /** Notes under which rules and for which certificate the connection has been found good. */
    void approve(int slot, int version, PeerIdentity peer) {
        origins[slot] = origin(version, direction(slot));
        peers[slot] = peer;
    }

    void prolong(int slot, long end) {
        keys[slot * STRIDE + END] = end;
    }

    /** Tracks the packet's connection, which is not tracked yet. */
    void add(PacketView packet, Direction direction, int version, PeerIdentity peer, long now, long end) {
        if (size == limit) {
            makeRoom(now);
        } else if (size >= capacity / 2) {
            grow();
        }
        int slot = slotFor(packet);
        int at = slot * STRIDE;
        keys[at] = packet.localHigh;
        keys[at + 1] = packet.localLow;
        keys[at + 2] = packet.remoteHigh;
        keys[at + 3] = packet.remoteLow;
        keys[at + PORTS] = ports(packet);
        keys[at + END] = end;
        origins[slot] = origin(version, direction);
        peers[slot] = peer;
        size++;
    }

    /** Takes so many looks, going on where the last call ended, and removes the connections that have run out. */
    void sweep(int looks, long now) {
        int once = capacity + size;
        for (int looked = 0; looked < Math.min(looks, once); looked++) {
            // Removing moves a later connection into the slot, which then wants a look of its own.
            if (peers[cursor] != null && hasEnded(cursor, now)) {
                remove(cursor);
            } else {
                cursor = wrap(cursor + 1);
            }
        }
    }

    void remove(int slot) {
        int hole = slot;
        int next = slot;
        while (true) {
            next = wrap(next + 1);
            PeerIdentity peer = peers[next];
            if (peer == null) {
                break;
            }
            // What hashes to beyond the hole must stay behind it, or nobody finds it again.
            int fromHome = wrap(next - home(next));
            int fromHole = wrap(next - hole);
            if (fromHome >= fromHole) {
                System.arraycopy(keys, next * STRIDE, keys, hole * STRIDE, STRIDE);
                origins[hole] = origins[next];
                peers[hole] = peer;
                hole = next;
            }
        }
        peers[hole] = null;
        size--;
    }

    private void makeRoom(long now) {
        int chosen = NONE;
        for (int seen = 0; seen < CANDIDATES; ) {
            if (peers[cursor] != null) {
                seen++;
                if (chosen == NONE || end(cursor) - now < end(chosen) - now) {
                    chosen = cursor;
                }
            }
            cursor = wrap(cursor + 1);
        }
        remove(chosen);
        displaced++;
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable PeerIdentity[] oldPeers = peers;
        int[] oldOrigins = origins;
        capacity *= 2;
        cursor = 0;
        keys = new long[capacity * STRIDE];
        peers = new PeerIdentity[capacity];
        origins = new int[capacity];
        for (int old = 0; old < oldPeers.length; old++) {
            if (oldPeers[old] != null) {
                int at = old * STRIDE;
                int slot = freeSlot(
                        hash(oldKeys[at], oldKeys[at + 1], oldKeys[at + 2], oldKeys[at + 3], oldKeys[at + PORTS]));
                System.arraycopy(oldKeys, at, keys, slot * STRIDE, STRIDE);
                origins[slot] = oldOrigins[old];
                peers[slot] = oldPeers[old];
            }
        }
    }

    private int freeSlot(int hash) {
        int slot = wrap(hash);
        while (peers[slot] != null) {
            slot = wrap(slot + 1);
        }
        return slot;
    }

    /** Where the packet's connection is, or else would go. */
    private int slotFor(PacketView packet) {
        long ports = ports(packet);
        if (peers[latest] != null && holds(latest, packet, ports)) {
            return latest;
        }
        int slot = wrap(hash(packet.localHigh, packet.localLow, packet.remoteHigh, packet.remoteLow, ports));
        while (peers[slot] != null && !holds(slot, packet, ports)) {
            slot = wrap(slot + 1);
        }
        latest = slot;
        return slot;
    }

    private boolean holds(int slot, PacketView packet, long ports) {
        int at = slot * STRIDE;
        return keys[at + PORTS] == ports
                && keys[at + 3] == packet.remoteLow
                && keys[at + 1] == packet.localLow
                && keys[at + 2] == packet.remoteHigh
                && keys[at] == packet.localHigh;
    }

    private int home(int slot) {
        int at = slot * STRIDE;
        return wrap(hash(keys[at], keys[at + 1], keys[at + 2], keys[at + 3], keys[at + PORTS]));
    }

    private int hash(long first, long second, long third, long fourth, long fifth) {
        long mixed = mix(mix(mix(mix(mix(seed, first), second), third), fourth), fifth);
        return (int) (mixed >>> 32);
    }

    private static long mix(long state, long value) {
        long high = Math.multiplyHigh(state ^ value, MULTIPLIER);
        return high ^ (state ^ value) * MULTIPLIER;
    }

    private static long ports(PacketView packet) {
        return ((long) packet.localPort << 32)
                | ((long) packet.remotePort << 16)
                | (packet.protocol << 8)
                | (packet.fragment ? 1 : 0);
    }

    private static int origin(int version, Direction direction) {
        return (version << 1) | (direction == Direction.INBOUND ? 1 : 0);
    }

    private int wrap(int slot) {
        return slot & (capacity - 1);
    }

    private long end(int slot) {
        return keys[slot * STRIDE + END];
    }

    private boolean hasEnded(int slot, long now) {
        return end(slot) - now <= 0;
    }
}
