package dev.pharos.agent.control;

import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.HostReport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells the control plane how this host is doing: at once after a bundle, soon after a tunnel came, went or took
 * another path, though no sooner than half a minute after the report before, and now and then for the counters. To the node
 * that the link uses, and only while there is one. No two hosts keep the same step.
 */
final class Reporter implements AutoCloseable {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(30);
    private static final Duration COUNTERS_INTERVAL = Duration.ofSeconds(90);
    private static final long SPREAD_MILLIS = 15_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ControlLink link;
    private final Enforcer enforcer;
    private final EventLog log;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Instant startedAt;
    private final Semaphore wake = new Semaphore(0);
    private @Nullable Thread thread;
    private Optional<HostReport> last = Optional.empty();
    private Instant lastAt = Instant.EPOCH;
    private Duration spread = Duration.ZERO;

    Reporter(ControlLink link, Enforcer enforcer, EventLog log, InstantSource clock, RandomGenerator random) {
        this.link = link;
        this.enforcer = enforcer;
        this.log = log;
        this.clock = clock;
        this.random = random;
        this.startedAt = clock.instant();
    }

    void start() {
        thread = Thread.ofVirtual().name("reporter").start(this::run);
    }

    /** Reports without waiting for the next turn. */
    void now() {
        wake.release();
    }

    private void run() {
        try {
            while (true) {
                boolean asked = wake.tryAcquire(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                wake.drainPermits();
                LinkState state = link.state();
                if (state.connected() || asked) {
                    reportAnyway(state, asked);
                }
            }
        } catch (InterruptedException e) {
            log.debug("reporter ends");
        }
    }

    /** A fault of ours costs one report, not all to come. */
    private void reportAnyway(LinkState state, boolean asked) throws InterruptedException {
        try {
            report(state, asked);
        } catch (RuntimeException e) {
            log.error("fault while reporting", "fault", e);
        }
    }

    private void report(LinkState state, boolean asked) throws InterruptedException {
        HostReport report = new HostReport(
                AgentVersion.current(),
                AgentVersion.platform(),
                startedAt,
                Optional.of(clock.instant()),
                state.refused(),
                enforcer.peers(),
                Optional.empty(),
                enforcer.unmet());
        if (!asked && !isDue(report)) {
            return;
        }
        try {
            AgentHttp.Answer answer = link.http()
                    .post(
                            URI.create(state.url()),
                            "/report",
                            report.within(ControlJson.MAX_ENVELOPE_BYTES),
                            TIMEOUT,
                            ControlJson.MAX_ENVELOPE_BYTES);
            if (answer.status() == 204) {
                last = Optional.of(report);
                lastAt = clock.instant();
                spread = Duration.ofMillis(random.nextLong(SPREAD_MILLIS));
            } else {
                log.debug("report not accepted", "url", state.url(), "status", answer.status());
            }
        } catch (IOException e) {
            log.debug("report not delivered", "url", state.url(), "why", Failures.describe(e));
        }
    }

    private boolean isDue(HostReport report) {
        if (last.isEmpty()) {
            return true;
        }
        Duration since = Duration.between(lastAt, clock.instant()).minus(spread);
        boolean changed = !outline(report).equals(outline(last.get()));
        boolean counts = !report.peers().isEmpty() && since.compareTo(COUNTERS_INTERVAL) >= 0;
        return counts || (changed && since.compareTo(LEAST_INTERVAL) >= 0);
    }

    /** The report without what changes all the time. */
    private static List<Object> outline(HostReport report) {
        return List.of(
                report.refused(),
                report.unmet(),
                report.peers().stream()
                        .map(peer -> List.of(
                                peer.address(), peer.path(), peer.endpoint(), peer.answers(), peer.lastHandshake()))
                        .toList());
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
