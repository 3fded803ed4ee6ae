package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import dev.pharos.protocol.noise.ReplayWindow;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.Header;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel: keys, counters, replay window and the certificate they were agreed under. Over which path its packets
 * travel is another matter, held in {@link #path()} and decided by {@link PathChoice}.
 *
 * <p>Owned by one event loop, coded in the low bits of {@link #localIndex()}; nobody else seals, opens or counts. What
 * happens to its packets the owner writes and the mesh reads; path and standing the mesh writes and the owner reads. A
 * volatile field is written when its value changes, which is once for many packets.
 *
 * <p>The byte path calls, per packet sent: {@link #path()}, {@link #nextCounter()}, {@link #sendCipher()},
 * {@link #sent}; per packet received: {@link #window()}, {@link #receiveCipher()}, {@link #heard} or
 * {@link #heardRelayed}. These touch a few fields and allocate nothing while nothing changes.
 */
public final class Tunnel {
    /** Counters 1 and 2 belong to the handshake (facts, nebula-protocol trap 8). */
    private static final long FIRST_COUNTER = 3;

    /** No counter from here on is used: no peer takes them, and none must ever come back to the first. */
    private static final long LAST_COUNTER = -1 - (1L << 40);

    private static final long GIVE_UP = Times.millis(350);

    /** What the peer understands beyond stock Nebula: {@code HandshakePayload.capabilities()}. */
    static final long PROBES = 1;

    enum Standing {
        /** We answered the handshake, and nothing proves yet that the answer arrived: not to be sent on. */
        HELD,
        /** The one that carries traffic to its peer. */
        PRIMARY,
        /** Still received on. */
        SPARE,
        CLOSED
    }

    /** What a tunnel tells its mesh; not per packet, only when something turned. */
    public interface Watcher {
        /** Something was sent, and the tunnel is not yet watched for an answer. */
        void sending(Tunnel tunnel, long now);

        /** An authenticated packet came by another path than the current one, or on a tunnel that is not primary. */
        void heardElsewhere(Tunnel tunnel, long now, Path from);
    }

    private final Peer peer;
    private final Handshaken handshaken;
    private final int owner;
    private final Watcher watcher;
    private final ReplayWindow window = new ReplayWindow();
    private final AtomicLong counter = new AtomicLong(FIRST_COUNTER);
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();

    private volatile Path path;
    private volatile PathState pathState;
    private @Nullable PathState pathBefore;
    private long pathChosenAt;

    private volatile long lastHeard;
    private volatile long lastSent = Times.NEVER;
    private volatile long lastUsed = Times.NEVER;
    private volatile long unansweredSince = Times.NEVER;
    private volatile long pathUnansweredSince = Times.NEVER;
    private volatile int largestSent;
    private volatile int largestPacket;
    private volatile boolean watched;
    private volatile Standing standing = Standing.HELD;

    /** Hops through this tunnel, by their far end. */
    final TreeMap<VpnAddress, RelayEntry> relays = new TreeMap<>();

    final Probes probes = new Probes();
    final PathSizes.Search sizes;

    Tunnel(Peer peer, Handshaken handshaken, PathState arrival, int owner, Watcher watcher, long now) {
        this.peer = peer;
        this.handshaken = handshaken;
        this.owner = owner;
        this.watcher = watcher;
        this.pathState = arrival;
        this.path = arrival.path();
        this.largestPacket = arrival.largest();
        this.sizes = new PathSizes.Search(arrival);
        this.pathChosenAt = now;
        this.lastHeard = now;
    }

    /** The event loop it belongs to. */
    public int owner() {
        return owner;
    }

    /** Our number for this tunnel: the peer puts it into the header of what it sends. */
    public int localIndex() {
        return handshaken.localIndex();
    }

    /** The peer's number: RemoteIndex of what we send. */
    public int remoteIndex() {
        return handshaken.remoteIndex();
    }

    /** The counter of the next packet sent: the nonce, to be used once. */
    public long nextCounter() {
        long next = counter.getPlain();
        counter.setOpaque(next + 1);
        return next;
    }

    /** The counter that the next packet will get. */
    long messageCounter() {
        return counter.getOpaque();
    }

    public TransportCipher sendCipher() {
        return handshaken.send();
    }

    public TransportCipher receiveCipher() {
        return handshaken.receive();
    }

    public ReplayWindow window() {
        return window;
    }

    /** Where to send now. A relayed path leads through another tunnel, whose own path is direct. */
    public Path path() {
        return path;
    }

    /** Bytes of the largest inner packet that {@link #path} carries; {@link Integer#MAX_VALUE} when it loses none for that. */
    public int largestPacket() {
        return largestPacket;
    }

    void pathCarries(int atMost) {
        largestPacket = atMost;
    }

    /** Bytes of the largest inner packet that was sent, on any path. */
    int largestSent() {
        return largestSent - Header.LENGTH - TransportCipher.TAG_LENGTH;
    }

    /** Whose tunnel it is, with the signature checked. */
    public Verdict.Trusted trusted() {
        return handshaken.peer();
    }

    public Certificate certificate() {
        return handshaken.peer().certificate();
    }

    public String peerName() {
        return certificate().name();
    }

    /** The peer's overlay addresses, its primary one first. */
    public List<VpnAddress> addresses() {
        return handshaken.addresses();
    }

    /** Whether the peer owes us an answer, and has not given it although it was probed. */
    boolean isSuspect() {
        return probes.isSuspect();
    }

    /**
     * Whether the peer owes us an answer, and has not given it for so long that several probes would have been answered: time
     * to send by somebody else. Not sooner, as a peer that only listens owes one every now and then.
     */
    public boolean isGivenUp(long now) {
        long since = probes.suspectSince;
        return since != Times.NEVER
                && now - since >= Math.max(GIVE_UP, 2 * pathState().roundTrip());
    }

    public boolean isOpen() {
        return standing != Standing.CLOSED;
    }

    /** A packet of so many underlay bytes was sent over {@link #path()}. */
    public void sent(long now, int bytes) {
        add(bytesOut, bytes);
        if (lastSent != now) {
            lastSent = now;
        }
        if (lastUsed != now) {
            lastUsed = now;
        }
        if (largestSent < bytes) {
            largestSent = bytes;
        }
        if (unansweredSince == Times.NEVER) {
            unansweredSince = now;
        }
        if (pathUnansweredSince == Times.NEVER) {
            pathUnansweredSince = now;
        }
        if (!watched) {
            watcher.sending(this, now);
        }
    }

    /** Something was sent that needs no answer. */
    public void mentioned(long now, int bytes) {
        add(bytesOut, bytes);
        lastSent = now;
    }

    /** The mesh sent something to the peer beside the tunnel. */
    void punched(long now) {
        lastSent = now;
    }

    /** There is one writer. */
    private static void add(AtomicLong count, int bytes) {
        count.setOpaque(count.getPlain() + bytes);
    }

    /** A packet of so many underlay bytes, opened and not a replay, came straight from there. */
    public void heard(long now, UnderlayEndpoint from, int bytes) {
        if (path instanceof Path.Direct direct && direct.endpoint().equals(from) && standing == Standing.PRIMARY) {
            heardHere(now, bytes);
        } else {
            heardElsewhere(now, new Path.Direct(from), bytes);
        }
    }

    /** A packet of so many underlay bytes, opened and not a replay, came inside a frame for {@code entry}. */
    public void heardRelayed(long now, RelayEntry entry, int bytes) {
        if (path instanceof Path.Relayed relayed && relayed.relay() == entry.tunnel() && standing == Standing.PRIMARY) {
            heardHere(now, bytes);
        } else {
            heardElsewhere(now, new Path.Relayed(entry.tunnel(), entry.remoteIndex()), bytes);
        }
    }

    private void heardHere(long now, int bytes) {
        received(now, bytes);
        pathIsAnswered();
        hereIsCalm(now);
    }

    private void received(long now, int bytes) {
        add(bytesIn, bytes);
        if (lastHeard != now) {
            lastHeard = now;
        }
        if (unansweredSince != Times.NEVER) {
            unansweredSince = Times.NEVER;
        }
    }

    private void pathIsAnswered() {
        if (pathUnansweredSince != Times.NEVER) {
            pathUnansweredSince = Times.NEVER;
        }
    }

    private void hereIsCalm(long now) {
        PathState here = pathState;
        here.heard(now);
        if (!probes.peerIsDeaf) {
            here.calm();
        }
    }

    private void heardElsewhere(long now, Path from, int bytes) {
        received(now, bytes);
        if (from.equals(path)) {
            pathIsAnswered();
            hereIsCalm(now);
        }
        watcher.heardElsewhere(this, now, from);
    }

    public long bytesIn() {
        return bytesIn.getOpaque();
    }

    public long bytesOut() {
        return bytesOut.getOpaque();
    }

    Peer peer() {
        return peer;
    }

    Handshaken handshaken() {
        return handshaken;
    }

    /** As an unsigned number. */
    long packetsSent() {
        return counter.getOpaque() - FIRST_COUNTER;
    }

    /** Nothing may be sealed any more. */
    boolean isUsedUp() {
        return Long.compareUnsigned(counter.getOpaque(), LAST_COUNTER) >= 0;
    }

    /** As if so many packets had been sent. */
    void skip(long packets) {
        counter.set(counter.get() + packets);
    }

    boolean understandsProbes() {
        return (handshaken.capabilities() & PROBES) != 0;
    }

    Standing standing() {
        return standing;
    }

    void standing(Standing changed) {
        standing = changed;
    }

    PathState pathState() {
        return pathState;
    }

    long pathChosenAt() {
        return pathChosenAt;
    }

    /** The path in use before this one. */
    @Nullable
    PathState pathBefore() {
        return pathBefore;
    }

    void use(PathState chosen, long now) {
        pathBefore = pathState;
        pathState = chosen;
        path = chosen.path();
        largestPacket = chosen.largest();
        pathChosenAt = now;
        pathUnansweredSince = Times.NEVER;
    }

    long lastHeard() {
        return lastHeard;
    }

    long lastSent() {
        return lastSent;
    }

    /** When something was last sent that wants an answer; looking for a better path is no use of the tunnel. */
    long lastUsed() {
        return lastUsed;
    }

    /** The first packet sent since anything was heard, {@link Times#NEVER} when all is answered. */
    long unansweredSince() {
        return unansweredSince;
    }

    /** The same for the current path alone. */
    long pathUnansweredSince() {
        return pathUnansweredSince;
    }

    boolean isWatched() {
        return watched;
    }

    void watched() {
        watched = true;
    }

    void unwatch() {
        watched = false;
    }

    @Nullable
    UnderlayEndpoint endpoint() {
        return path instanceof Path.Direct direct ? direct.endpoint() : null;
    }

    @Override
    public String toString() {
        return "tunnel " + Integer.toHexString(localIndex()) + " to " + peerName() + " by " + path + ", " + standing;
    }
}
