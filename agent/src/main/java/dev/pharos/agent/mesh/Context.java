package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What every part of one mesh shares: its settings, its output, its dice, its timers and the offset of the wall clock. */
final class Context {
    private final MeshOutput output;
    private final RandomGenerator random;
    private final Limits limits;
    private final RefusalLog refusals = new RefusalLog(this);
    private final TimerQueue timers = new TimerQueue();
    private final MeshCounters counters = new MeshCounters();
    /** Read by every loop, as is what they stand for. */
    private volatile MeshSettings settings;

    private volatile List<VpnPrefix> networks;
    private long wallMinusNow;

    Context(MeshSettings settings, MeshOutput output, RandomGenerator random) {
        this.settings = settings;
        this.networks = List.copyOf(settings.identity().networks());
        this.output = output;
        this.limits = new Limits(output);
        this.random = random;
    }

    MeshSettings settings() {
        return settings;
    }

    void settings(MeshSettings changed) {
        settings = changed;
        networks = List.copyOf(changed.identity().networks());
    }

    Identity identity() {
        return settings.identity();
    }

    /** Whether an address lies in one of our overlay networks; asked for every datagram. */
    boolean reaches(VpnAddress address) {
        for (VpnPrefix network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an overlay address is our own. */
    boolean owns(VpnAddress address) {
        for (VpnPrefix network : networks) {
            if (network.address().equals(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an endpoint that somebody named may be tried for a peer. Inside the overlay packets would go in circles. */
    boolean mayReach(VpnAddress peer, UnderlayEndpoint endpoint) {
        return RemoteOrder.isUsable(endpoint)
                && !isOverlay(endpoint)
                && settings.underlay().remotes().allows(peer, endpoint);
    }

    boolean isOverlay(UnderlayEndpoint endpoint) {
        return reaches(new VpnAddress(endpoint.high(), endpoint.low()));
    }

    MeshOutput output() {
        return output;
    }

    RandomGenerator random() {
        return random;
    }

    Limits limits() {
        return limits;
    }

    RefusalLog refusals() {
        return refusals;
    }

    MeshCounters counters() {
        return counters;
    }

    TimerQueue timers() {
        return timers;
    }

    void wallClock(long now, Instant wall) {
        wallMinusNow = TimeUnit.SECONDS.toNanos(wall.getEpochSecond()) + wall.getNano() - now;
    }

    /** Nanoseconds since 1970. */
    long wallNanos(long now) {
        return now + wallMinusNow;
    }

    Instant wallTime(long now) {
        return Instant.EPOCH.plusNanos(wallNanos(now));
    }
}
