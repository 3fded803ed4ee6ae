package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.control.BundleFetch.Wait;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.BundleVerdict;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.HostReport.RefusedBundle;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A managed host's link to the control plane: asks for the next bundle, and has it enforced once it is verified and on
 * the disk. Whatever the control plane answers or does not answer, the host goes on with the bundle it has.
 */
public final class ControlLink implements AutoCloseable {
    /** Of two polls that were answered at once, so that a server gone mad is not made worse. */
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(200);

    private final StateDirectory state;
    private final EventLog log;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ServerRanking ranking;
    private final Backoff away;
    private final Backoff inVain;
    private final Semaphore wake = new Semaphore(0);
    private volatile HostIdentity identity;
    private volatile StoredBundle current;
    private volatile AgentHttp http;
    private volatile LinkState link;
    private volatile boolean closed;
    private @Nullable Thread poller;
    private @Nullable Reporter reporter;

    private ControlLink(
            StateDirectory state,
            HostIdentity identity,
            StoredBundle current,
            EventLog log,
            InstantSource clock,
            RandomGenerator random) {
        this.state = state;
        this.identity = identity;
        this.current = current;
        this.log = log;
        this.clock = clock;
        this.random = random;
        this.ranking = new ServerRanking(random);
        this.away = Backoff.ofNodesAway(random);
        this.inVain = Backoff.ofAnswersInVain(random);
        this.http = newHttp(controlPlane());
        this.link = LinkState.start(servers().getFirst().toString(), clock.instant());
    }

    /**
     * Reads what an enrolled host has on disk; speaks to nobody yet.
     *
     * @throws AgentException with {@link ExitCode#NOT_ENROLLED}, or when the directory is damaged
     */
    public static ControlLink open(StateDirectory state, EventLog log, InstantSource clock, RandomGenerator random)
            throws AgentException {
        HostIdentity identity = state.identity().orElseThrow(() -> StateDirectory.notEnrolled(state.path()));
        return new ControlLink(state, identity, StoredBundle.load(state, identity), log, clock, random);
    }

    /** The bundle that is on the disk. */
    public Bundle bundle() {
        return current.bundle();
    }

    /**
     * The private half that belongs to certificates on the curve.
     *
     * @throws AgentException when the file {@code identity} does not hold one
     */
    public HostKey hostKey(Curve curve) throws AgentException {
        try {
            return identity.hostKey(curve);
        } catch (MalformedException e) {
            throw state.damaged("identity", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Checks that the two files on the disk belong together: the signature speaks for the bundle, so a key that is not
     * its certificate's was not always there.
     *
     * @throws AgentException that names the file {@code identity}
     */
    public void requireKeyOfCertificate() throws AgentException {
        OwnPart.Certificates own = bundle().own().certificates();
        for (Certificate certificate :
                Stream.of(own.v1(), own.v2()).flatMap(Optional::stream).toList()) {
            if (!hostKey(certificate.curve()).belongsTo(certificate)) {
                throw state.damaged("identity", "its key is not that of " + certificate + " in the bundle");
            }
        }
    }

    /** How the link is. */
    public LinkState state() {
        return link;
    }

    /** Begins to ask for bundles and to report. */
    public void start(Enforcer enforcer) {
        Reporter started = new Reporter(this, enforcer, log, clock, random);
        reporter = started;
        started.start();
        poller = Thread.ofVirtual().name("control-link").start(() -> poll(enforcer, started));
    }

    /** The network changed: an answer still waited for may never come, so ask anew. */
    public void networkChanged() {
        away.reset();
        inVain.reset();
        wake.release();
        AgentHttp old = http;
        http = newHttp(controlPlane());
        old.close();
    }

    private void poll(Enforcer enforcer, Reporter report) {
        int failures = 0;
        while (!closed) {
            List<URI> servers = servers();
            URI server = servers.getFirst();
            Instant began = clock.instant();
            AgentHttp used = http;
            try {
                boolean idle = pollOnce(new BundleFetch(used, server), enforcer, report);
                ranking.answered(server);
                up(server, report);
                failures = 0;
                away.reset();
                if (idle) {
                    inVain.reset();
                    pause(LEAST_INTERVAL.minus(Duration.between(began, clock.instant())));
                } else {
                    pause(inVain.next());
                }
            } catch (IOException | MalformedException e) {
                ranking.failed(server);
                if (used == http && !closed) {
                    down(server, describe(e));
                    failures++;
                }
                if (failures % servers.size() == 0) {
                    pause(hasAnswered(e) ? inVain.next() : away.next());
                }
            } catch (RuntimeException e) {
                log.error("fault on the link to the control plane", "fault", e);
                pause(inVain.next());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Whether a node is there and does not want this host, or not in this way; what a proxy says for one is no answer. */
    private static boolean hasAnswered(Exception failure) {
        return failure instanceof MalformedException
                || (failure instanceof BundleFetch.UnexpectedAnswer answer && answer.status() < 500);
    }

    /** A key that was restored from elsewhere looks, from here, like any refusal; so the file is named. */
    private String describe(Exception failure) {
        String why = Failures.describe(failure);
        return failure instanceof BundleFetch.SignatureRefused
                ? why + "; this host signs with the key in " + state.path().resolve("identity")
                        + ", which must be the one it enrolled with"
                : why;
    }

    /** @return false when the same answer is to be expected again at once */
    private boolean pollOnce(BundleFetch fetch, Enforcer enforcer, Reporter report)
            throws IOException, InterruptedException, MalformedException {
        Optional<Envelope> envelope = nextOf(fetch);
        if (envelope.isEmpty()) {
            return true;
        }
        return switch (current.verifier().verify(envelope.get())) {
            case BundleVerdict.Refused refused -> {
                refuse(envelope.get(), refused.message());
                report.now();
                yield false;
            }
            case BundleVerdict.Accepted accepted -> {
                if (accepted.revision().equals(current.accepted().revision())) {
                    yield false;
                }
                EnrollmentAnswer answer = fetch.complete(envelope.get(), accepted, current.answer());
                boolean enforced = enforce(answer, accepted, enforcer);
                report.now();
                yield enforced;
            }
        };
    }

    /** A control plane that was set back to an older state learns from this host what it has forgotten, and asks again. */
    private Optional<Envelope> nextOf(BundleFetch fetch) throws IOException, InterruptedException, MalformedException {
        StoredBundle enforced = current;
        try {
            return fetch.poll(enforced.accepted().revision(), link.connected() ? Wait.LONG : Wait.NONE);
        } catch (BundleFetch.WantsToBeShown e) {
            log.info("the control plane has forgotten the bundle of this host, which shows it");
            fetch.show(enforced.answer(), enforced.accepted().manifest().parts().trust());
            return fetch.poll(enforced.accepted().revision(), Wait.NONE);
        }
    }

    private boolean enforce(EnrollmentAnswer answer, BundleVerdict.Accepted accepted, Enforcer enforcer)
            throws MalformedException {
        try {
            Enforcer.Prepared prepared =
                    enforcer.prepare(Bundle.assemble(accepted, Bundle.PartSource.of(answer.parts())));
            StoredBundle stored = StoredBundle.store(state, identity, current, answer, accepted);
            identity = identity.accepting(List.copyOf(accepted.pins()));
            TopologyPart.ControlPlane before = controlPlane();
            current = stored;
            prepared.enforce();
            link = link.refusing(Optional.empty());
            if (!before.tls().equals(controlPlane().tls())) {
                AgentHttp old = http;
                http = newHttp(controlPlane());
                old.close();
            }
            log.info("enforcing", "revision", accepted.revision().revision());
            return true;
        } catch (AgentException e) {
            refuse(answer.envelope(), String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void refuse(Envelope envelope, String reason) {
        try {
            Manifest manifest = Manifest.parse(envelope.manifest().toBytes());
            RefusedBundle refused = new RefusedBundle(manifest.revision(), reason);
            if (!link.refused().equals(Optional.of(refused))) {
                log.warning("bundle refused", "revision", manifest.revision(), "why", reason);
            }
            link = link.refusing(Optional.of(refused));
        } catch (MalformedException e) {
            log.warning("bundle refused", "why", reason);
        }
    }

    private List<URI> servers() {
        TopologyPart.ControlPlane controlPlane = controlPlane();
        List<URI> direct = controlPlane.urls().isEmpty() ? identity.urls() : controlPlane.urls();
        ranking.servers(direct, controlPlane.overlay());
        return ranking.ranked();
    }

    private TopologyPart.ControlPlane controlPlane() {
        return current.bundle().topology().controlPlane();
    }

    private AgentHttp newHttp(TopologyPart.ControlPlane controlPlane) {
        return new AgentHttp(
                controlPlane.tls(), identity.signingKey(), identity.host().orElseThrow(), clock);
    }

    private void up(URI server, Reporter report) {
        LinkState before = link;
        link = before.up(server.toString(), clock.instant());
        if (!before.connected()) {
            log.info("control plane connected", "url", server);
            report.now();
        }
    }

    private void down(URI server, String why) {
        LinkState before = link;
        link = before.down(server.toString(), why, clock.instant());
        if (before.connected() || !before.trouble().equals(Optional.of(why))) {
            log.info("control plane not connected", "url", server, "why", why);
        }
    }

    private void pause(Duration duration) {
        try {
            if (duration.isPositive() && wake.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    AgentHttp http() {
        return http;
    }

    /**
     * Tells the control plane that this host leaves, and wipes its keys.
     *
     * @throws AgentException when no node could be told; nothing is wiped then
     */
    public void leave() throws AgentException {
        new Leaving(servers(), http).tell();
        wipe();
    }

    /** Wipes the keys without telling anybody. */
    public void wipe() throws AgentException {
        state.wipe();
        log.info("left the network", "network", identity.network());
    }

    @Override
    public void close() {
        closed = true;
        Reporter started = reporter;
        if (started != null) {
            started.close();
        }
        Thread running = poller;
        if (running != null) {
            running.interrupt();
        }
        http.close();
    }
}
