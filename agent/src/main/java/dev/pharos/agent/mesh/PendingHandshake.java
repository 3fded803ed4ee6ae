package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.noise.IxInitiator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A handshake that we began and that waits for its answer: the first message, which is sent again unchanged by every way
 * there is. The packets that wait for the tunnel wait in {@link Peer}.
 */
final class PendingHandshake {
    private static final int MAX_EARLY = 16;

    /** The first message under one of our certificates; the second is added when the first finds no answer. */
    static final class Offer {
        private final IxInitiator noise;
        private final Certificate own;
        private final byte[] packet;
        private final long time;

        Offer(IxInitiator noise, Certificate own, byte[] packet, long time) {
            this.noise = noise;
            this.own = own;
            this.packet = packet;
            this.time = time;
        }

        IxInitiator noise() {
            return noise;
        }

        Certificate own() {
            return own;
        }

        long time() {
            return time;
        }
    }

    /** A packet that overtook the answer (facts, nebula-protocol trap 16). */
    static final class Early {
        private final Arrival arrival;
        private final byte[] packet;

        Early(Arrival arrival, byte[] packet) {
            this.arrival = arrival;
            this.packet = packet;
        }

        Arrival arrival() {
            return arrival;
        }

        byte[] packet() {
            return packet;
        }
    }

    private final Peer peer;
    private final int localIndex;
    private final long startedAt;
    private final List<Offer> offers = new ArrayList<>(1);
    private final List<Early> early = new ArrayList<>(0);
    private final Set<UnderlayEndpoint> refused = new HashSet<>(0);
    private int attempts;
    private long attemptedAt;

    final TimerQueue.Timer timer;

    PendingHandshake(Peer peer, int localIndex, long startedAt, TimerQueue.Timer timer) {
        this.peer = peer;
        this.localIndex = localIndex;
        this.startedAt = startedAt;
        this.timer = timer;
    }

    Peer peer() {
        return peer;
    }

    int localIndex() {
        return localIndex;
    }

    long startedAt() {
        return startedAt;
    }

    List<Offer> offers() {
        return offers;
    }

    /** Whether this certificate was shown only because another one had found no answer. */
    boolean isFallback(Certificate shown) {
        return offers.size() > 1 && !offers.getFirst().own().equals(shown);
    }

    /** What is sent now. */
    byte[] packet() {
        return offers.getLast().packet;
    }

    int attempts() {
        return attempts;
    }

    int nextAttempt(long now) {
        attemptedAt = now;
        return ++attempts;
    }

    /** When it was last sent by every way there is. */
    long attemptedAt() {
        return attemptedAt;
    }

    /** False when there were too many before it. */
    boolean holdEarly(Arrival arrival, byte[] packet) {
        return early.size() < MAX_EARLY && early.add(new Early(arrival, packet));
    }

    List<Early> early() {
        return early;
    }

    /** Another host answers there. */
    void refuse(UnderlayEndpoint endpoint) {
        refused.add(endpoint);
    }

    boolean isRefused(UnderlayEndpoint endpoint) {
        return refused.contains(endpoint);
    }

    Set<UnderlayEndpoint> refused() {
        return refused;
    }
}
