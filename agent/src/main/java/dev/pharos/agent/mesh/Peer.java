package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Another host, with or without a tunnel: where it may be, by which relays, and the tunnels that there are to it. */
final class Peer {
    /** As stock nodes have it; the oldest goes. */
    static final int MAX_TUNNELS = 5;

    static final int MAX_WAITING = 100;

    /** A host that answers only version 1 is offered version 2 again after this time: it may have been updated. */
    private static final long OLD_FOR = Times.seconds(3600);

    private final VpnAddress address;
    private Set<VpnAddress> addresses;
    private final RelayHints relays = new RelayHints();
    /** Read by every loop. */
    private volatile @Nullable Tunnel primary;

    private long promotedAt = Times.NEVER;
    private long fellBackAt = Times.NEVER;

    final Remotes remotes = new Remotes();
    final Paths paths;

    /** Oldest first, the primary one among them. */
    final List<Tunnel> tunnels = new ArrayList<>(2);

    static final int NO_OWNER = -1;

    /** The event loop that owns its tunnels, see {@link Owners}. */
    int owner = NO_OWNER;

    /** The handshake that we began, null while there is none. */
    @Nullable
    PendingHandshake pending;

    /** IP packets that wait for a tunnel, oldest first. */
    final ArrayDeque<byte[]> waiting = new ArrayDeque<>(0);

    /** Pings that wait for a tunnel. */
    final ArrayDeque<Long> pings = new ArrayDeque<>(0);

    /** It did not answer our last handshake, and none of its own has come since. */
    boolean isAbsent;

    /** When it was last logged that it does not answer. */
    long lastTimeoutEvent = Times.NEVER;

    /** When lighthouses were last asked for it. */
    long lastQuery = Times.NEVER;

    /** When we last began a handshake beside a tunnel. */
    long lastRehandshake = Times.NEVER;

    Peer(VpnAddress address, Limits limits) {
        this.address = address;
        paths = new Paths(limits);
        addresses = Set.of(address);
    }

    /** The address it is listed under. */
    VpnAddress address() {
        return address;
    }

    /** All that we know of, by the settings or by its certificate. */
    Set<VpnAddress> addresses() {
        return addresses;
    }

    void isAlsoAt(VpnAddress other) {
        alsoAt(Set.of(other));
    }

    private void alsoAt(Set<VpnAddress> others) {
        Set<VpnAddress> all = new LinkedHashSet<>(addresses);
        all.addAll(others);
        addresses = all;
    }

    /** Takes the place of one that was thought to be another host, and what had been learned and kept for it. */
    void absorb(Peer other) {
        alsoAt(other.addresses);
        remotes.absorb(other.remotes);
        setRelays(other.address, other.relays());
        other.waiting.forEach(this::hold);
        other.waiting.clear();
        pings.addAll(other.pings);
        other.pings.clear();
    }

    /** It did not answer version 2, and then version 1: it is an old one. */
    void fellBack(long now) {
        fellBackAt = now;
    }

    boolean readsVersionTwo(long now) {
        return now - fellBackAt > OLD_FOR;
    }

    /** The tunnel that carries traffic, null as long as none does. */
    @Nullable
    Tunnel primary() {
        return primary;
    }

    void primary(@Nullable Tunnel tunnel, long now) {
        primary = tunnel;
        promotedAt = now;
    }

    /** When another tunnel was last made the primary one. */
    long promotedAt() {
        return promotedAt;
    }

    /**
     * Keeps a packet until a tunnel stands; when there are too many the oldest goes, being the stalest.
     *
     * @param most how many there may be, at most {@link #MAX_WAITING}
     * @return false when one had to go
     */
    boolean hold(byte[] packet, int most) {
        boolean full = waiting.size() >= most;
        if (full) {
            waiting.removeFirst();
        }
        waiting.addLast(packet);
        return !full;
    }

    void hold(byte[] packet) {
        hold(packet, MAX_WAITING);
    }

    /** The latest tunnel that waits for a sign that its peer has it too, null for none. */
    @Nullable
    Tunnel held() {
        for (Tunnel tunnel : tunnels.reversed()) {
            if (tunnel.standing() == Tunnel.Standing.HELD) {
                return tunnel;
            }
        }
        return null;
    }

    /** Relays that reach it, in the order in which they are tried. */
    NavigableSet<VpnAddress> relays() {
        return relays.all();
    }

    /** Replaces what this source said; true when a relay is new. */
    boolean setRelays(VpnAddress source, Collection<VpnAddress> reachedBy) {
        return relays.set(
                source,
                reachedBy.stream().filter(relay -> !relay.equals(address)).toList());
    }

    @Override
    public String toString() {
        return primary == null ? address.toString() : primary.peerName() + " (" + address + ")";
    }
}
