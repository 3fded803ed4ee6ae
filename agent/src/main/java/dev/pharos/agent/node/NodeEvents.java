package dev.pharos.agent.node;

import dev.pharos.agent.dataplane.DataPlaneListener;
import dev.pharos.agent.dataplane.DataPlaneSettings;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.agent.stats.Samples;
import dev.pharos.protocol.VpnAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What the byte path and the mesh tell, on a loop's thread: written to the log, counted, handed to who waits for it. */
final class NodeEvents implements DataPlaneListener {
    private final EventLog log;
    private final EventWriter writer;
    private final InstantSource wall;
    private final Pings pings;
    private final Runnable onLinksChanged;
    private final Limits limits = new Limits();
    private final Samples handshakeTimes = new Samples();
    private final AtomicLong handshakesTimedOut = new AtomicLong();

    NodeEvents(EventLog log, InstantSource wall, Pings pings, Runnable onLinksChanged) {
        this.log = log;
        this.writer = new EventWriter(log);
        this.wall = wall;
        this.pings = pings;
        this.onLinksChanged = onLinksChanged;
    }

    /** Nanoseconds from the first message of each handshake to its tunnel. */
    Samples handshakeTimes() {
        return handshakeTimes;
    }

    long handshakesTimedOut() {
        return handshakesTimedOut.get();
    }

    /** Bounds on what others may cost that were hit lately. */
    List<String> limitsHit() {
        return limits.problems(wall.instant());
    }

    @Override
    public void event(MeshEvent event) {
        count(event);
        writer.write(event);
    }

    private void count(MeshEvent event) {
        switch (event) {
            case MeshEvent.LimitHit limit -> limits.hit(limit, wall.instant());
            case MeshEvent.TunnelOpened opened -> handshakeTimes.add(TimeUnit.MILLISECONDS.toNanos(opened.millis()));
            case MeshEvent.HandshakeTimedOut _ -> handshakesTimedOut.incrementAndGet();
            case MeshEvent.TunnelClosed _,
                    MeshEvent.PathChanged _,
                    MeshEvent.PathSizeChanged _,
                    MeshEvent.HandshakeRefused _ -> {}
        }
    }

    @Override
    public void pong(VpnAddress peer, long number, long roundTripNanos) {
        pings.answered(number, roundTripNanos);
    }

    @Override
    public void linksChanged() {
        onLinksChanged.run();
    }

    @Override
    public void offloadOff(DataPlaneSettings.Offload offload, String reason) {
        log.info("offload not used", "offload", offload, "why", reason);
    }

    @Override
    public void failed(RuntimeException fault) {
        log.error(
                "fault in the byte path",
                "fault",
                fault,
                "at",
                Optional.of(fault.getStackTrace())
                        .filter(trace -> trace.length > 0)
                        .map(trace -> trace[0].toString())
                        .orElse(""));
    }
}
