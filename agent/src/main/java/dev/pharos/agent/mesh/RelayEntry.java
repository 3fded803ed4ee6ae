package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import org.jspecify.annotations.Nullable;

/**
 * Our end of one hop of a relay: frames for it carry {@link #localIndex()} and come through {@link #tunnel()}; frames by
 * it carry {@link #remoteIndex()} (facts, nebula-protocol 11). Changed by the mesh, read by every loop.
 */
public final class RelayEntry {

    /** What a frame that arrives is for. */
    public enum Kind {
        /** For us: inside is a packet of {@link #farEnd()}. */
        TERMINAL,
        /** To be passed on over {@link #counterpart()}. */
        FORWARDING
    }

    enum State {
        /** We asked, and wait for an index to send to. */
        REQUESTED,
        /** The peer asked, and gets its answer when the other hop stands. */
        PEER_REQUESTED,
        ESTABLISHED,
        CLOSED
    }

    /** Less than the pause between two handshakes, each of which asks again. */
    private static final long REQUEST_INTERVAL = Times.millis(50);

    private final int localIndex;
    private final Tunnel tunnel;
    private final VpnAddress farEnd;
    private final Kind kind;
    private volatile State state;
    private volatile int remoteIndex;
    private volatile @Nullable RelayEntry counterpart;
    private long requestedAt = Times.NEVER;

    RelayEntry(int localIndex, Tunnel tunnel, VpnAddress farEnd, Kind kind, State state) {
        this.localIndex = localIndex;
        this.tunnel = tunnel;
        this.farEnd = farEnd;
        this.kind = kind;
        this.state = state;
    }

    public Kind kind() {
        return kind;
    }

    /** The tunnel whose keys seal this hop. */
    public Tunnel tunnel() {
        return tunnel;
    }

    /** Who is beyond: the peer for {@link Kind#TERMINAL}, the host at the other hop for {@link Kind#FORWARDING}. */
    public VpnAddress farEnd() {
        return farEnd;
    }

    public int localIndex() {
        return localIndex;
    }

    public int remoteIndex() {
        return remoteIndex;
    }

    public boolean isEstablished() {
        return state == State.ESTABLISHED;
    }

    void requested(long now) {
        requestedAt = now;
    }

    /** Whether it does not stand yet and was not asked for just now: every lighthouse's reply asks anew. */
    boolean maySendAgain(long now) {
        return !isEstablished() && now - requestedAt >= REQUEST_INTERVAL;
    }

    /** Where a relay passes a frame on to; null while the other hop does not stand, and for {@link Kind#TERMINAL}. */
    public @Nullable RelayEntry counterpart() {
        RelayEntry other = counterpart;
        return other != null && other.isEstablished() ? other : null;
    }

    @Nullable
    RelayEntry otherHop() {
        return counterpart;
    }

    void join(RelayEntry other) {
        counterpart = other;
        other.counterpart = this;
    }

    void establish(int remote) {
        remoteIndex = remote;
        state = State.ESTABLISHED;
    }

    void peerRequested(int remote) {
        remoteIndex = remote;
        state = State.PEER_REQUESTED;
    }

    void close() {
        state = State.CLOSED;
    }

    State state() {
        return state;
    }

    @Override
    public String toString() {
        return kind + " relay for " + farEnd + " by " + tunnel.peerName() + ", " + state;
    }
}
