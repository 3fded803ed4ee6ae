package dev.pharos.control.delivery;

import dev.pharos.control.delivery.BundleCompiler.SharedParts;
import dev.pharos.control.delivery.Bundles.Stored;
import dev.pharos.control.delivery.SignedBundles.Signed;
import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.control.network.RevisionTaken;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.control.postgres.Channel;
import dev.pharos.control.tls.ServerTls;
import dev.pharos.protocol.bundle.EncodedPart;
import dev.pharos.protocol.bundle.OwnPart.Certificates;
import dev.pharos.protocol.bundle.TlsTrust;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Brings the stored bundles of a network up to its latest revision, from one snapshot: compiles what all hosts share and
 * the own parts of those hosts that the revisions since the last time have touched, and signs the manifests in which
 * something is new. Is done before the request that took the revision is answered ({@link Commits}), for all revisions
 * together that were taken meanwhile; and again from {@link Notices}, of every host then, for what a crashed node left undone.
 */
@Component
class Compilation implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    /** Hosts that are told together. */
    private static final int AT_ONCE = 1000;
    /** A host that was not heard from for longer is not waiting for a bundle. */
    private static final Duration ONLINE = Duration.ofSeconds(75);

    private static final Logger log = LoggerFactory.getLogger(Compilation.class);

    private final CompileLane lane;
    private final Snapshots snapshots;
    private final Revisions revisions;
    private final BundleKeys keys;
    private final TlsTrust tls;
    private final ApplicationEventPublisher events;
    private final Commits commits;
    private final Clock clock;
    private final Turns turns = new Turns();

    Compilation(
            CompileLane lane,
            Snapshots snapshots,
            Revisions revisions,
            BundleKeys keys,
            ServerTls tls,
            ApplicationEventPublisher events,
            Commits commits,
            Clock clock) {
        this.lane = lane;
        this.snapshots = snapshots;
        this.revisions = revisions;
        this.keys = keys;
        this.tls = tls.trust();
        this.events = events;
        this.commits = commits;
        this.clock = clock;
    }

    @EventListener
    void on(RevisionTaken taken) {
        String networkId = taken.networkId();
        commits.await(turns.next(networkId, () -> attempt(networkId, Touched.noHost())));
    }

    /** Whatever the revisions say that they have touched, of every host. */
    void compileAll(String networkId) {
        attempt(networkId, new Touched.Everything());
    }

    /** Goes through a compilation for one host and keeps nothing of it; how many manifests it has signed. */
    int rehearse(String networkId) throws SQLException {
        return lane.alone(networkId, jdbc -> rehearse(jdbc, networkId));
    }

    private int rehearse(JdbcClient jdbc, String networkId) {
        Snapshot snapshot = snapshots.read(jdbc, networkId);
        SharedParts shared = BundleCompiler.shared(snapshot, tls);
        List<Member> one = snapshot.agents().stream().limit(1).toList();
        Map<String, EncodedPart> own = ownParts(jdbc, snapshot, one);
        return signing(jdbc, snapshot, shared, own, Map.of(), one).of(one).size();
    }

    /** Never fails: what could not be done now is done again by the next revision or the next slow poll. */
    private void attempt(String networkId, Touched atLeast) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                lane.alone(networkId, jdbc -> compile(jdbc, networkId, atLeast)).ifPresent(this::tell);
                return;
            } catch (SQLException | RuntimeException e) {
                log.atLevel(attempt < ATTEMPTS ? Level.DEBUG : Level.ERROR)
                        .setCause(e)
                        .log("Compiling the bundles of {} failed", networkId);
            }
        }
    }

    private void tell(BundlesCompiled done) {
        log.debug(
                "Compiled {} of {}: {} own parts, {} manifests, {} ms",
                done.revision(),
                done.networkId(),
                done.ownParts(),
                done.manifests(),
                done.took().toMillis());
        events.publishEvent(done);
    }

    /** Empty when another has done it already. */
    private Optional<BundlesCompiled> compile(JdbcClient jdbc, String networkId, Touched atLeast) {
        long start = System.nanoTime();
        Progress progress = Progress.read(jdbc, networkId);
        if (progress.isUpToDate()) {
            return Optional.empty();
        }
        Touched touched = atLeast.and(progress.touched(jdbc, revisions));
        Snapshot snapshot = snapshots.read(jdbc, networkId);
        SharedParts shared = BundleCompiler.shared(snapshot, tls);
        boolean sharedAsBefore = progress.hasShared(shared);
        Predicate<Member> concerned = concerned(snapshot, touched);
        List<Member> agents = snapshot.agents().stream()
                .filter(host -> !sharedAsBefore || concerned.test(host))
                .toList();
        Map<String, Stored> stored = Bundles.stored(jdbc, agents);
        Map<String, EncodedPart> own = ownParts(
                jdbc,
                snapshot,
                agents.stream()
                        .filter(host -> concerned.test(host) || !stored.containsKey(host.id()))
                        .toList());
        SignedBundles.storeShared(jdbc, networkId, shared.all());
        SignedBundles.storeOwn(jdbc, networkId, changed(own, stored));
        StockExports.compare(jdbc, snapshot, sharedAsBefore ? concerned : _ -> true);
        int manifests = sign(
                jdbc, snapshot, inOrder(jdbc, networkId, agents), signing(jdbc, snapshot, shared, own, stored, agents));
        Progress.write(jdbc, networkId, snapshot.revision(), shared);
        announce(jdbc, networkId);
        return Optional.of(new BundlesCompiled(
                networkId, snapshot.revision(), own.size(), manifests, Duration.ofNanos(System.nanoTime() - start)));
    }

    private Signing signing(
            JdbcClient jdbc,
            Snapshot snapshot,
            SharedParts shared,
            Map<String, EncodedPart> own,
            Map<String, Stored> stored,
            List<Member> hosts) {
        Map<String, String> pinned = Bundles.pinned(
                jdbc,
                hosts.stream().filter(host -> !stored.containsKey(host.id())).toList());
        String active = BundleKeys.activeId(jdbc, snapshot.networkId());
        return new Signing(keys, snapshot, shared, own, stored, pinned, active, now());
    }

    /** Those that carry others come first, then those that are there to hear of it. */
    private List<Member> inOrder(JdbcClient jdbc, String networkId, List<Member> hosts) {
        if (hosts.size() <= AT_ONCE) {
            return hosts;
        }
        Set<String> online = Set.copyOf(jdbc.sql("""
            select r.host_id from host_report r join host h on h.id = r.host_id
            where h.network_id = ? and r.last_seen > ?\
            """)
                .params(networkId, Timestamp.from(clock.instant().minus(ONLINE)))
                .query(String.class)
                .list());
        return hosts.stream()
                .sorted(Comparator.comparing((Member host) -> !host.lighthouse() && !host.relay())
                        .thenComparing(host -> !online.contains(host.id())))
                .toList();
    }

    /**
     * Signs a slice of the hosts while the one before is being stored, and tells of each as soon as it is: a block reaches
     * the first of ten thousand hosts long before the last is signed for.
     *
     * @return how many manifests said something new
     */
    private int sign(JdbcClient jdbc, Snapshot snapshot, List<Member> hosts, Signing signing) {
        List<CompletableFuture<List<Signed>>> slices = IntStream.iterate(
                        0, from -> from < hosts.size(), from -> from + AT_ONCE)
                .mapToObj(from -> hosts.subList(from, Math.min(from + AT_ONCE, hosts.size())))
                .map(slice -> CompletableFuture.supplyAsync(() -> signing.of(slice), ForkJoinPool.commonPool()))
                .toList();
        int manifests = 0;
        for (CompletableFuture<List<Signed>> slice : slices) {
            List<Signed> signed = slice.join();
            if (manifests > 0 && !signed.isEmpty()) {
                announce(jdbc, snapshot.networkId());
                CompileLane.keepSoFar(jdbc);
            }
            SignedBundles.store(jdbc, snapshot.networkId(), snapshot.revision(), now(), signed);
            manifests += signed.size();
        }
        return manifests;
    }

    private static void announce(JdbcClient jdbc, String networkId) {
        jdbc.sql("select pg_notify(?, ?)")
                .params(Channel.BUNDLES, networkId)
                .query()
                .singleRow();
    }

    private static Predicate<Member> concerned(Snapshot snapshot, Touched touched) {
        return switch (touched) {
            case Touched.Everything _ -> _ -> true;
            case Touched.Some some -> {
                var byPolicies = snapshot.firewall().concernedBy(some);
                yield host -> some.hosts().contains(host.id()) || byPolicies.test(snapshot.subject(host));
            }
        };
    }

    private static Map<String, EncodedPart> ownParts(JdbcClient jdbc, Snapshot snapshot, List<Member> hosts) {
        Map<String, Certificates> certificates = Snapshots.certificates(jdbc, hosts);
        return hosts.parallelStream()
                .collect(Collectors.toMap(
                        Member::id,
                        host -> BundleCompiler.own(
                                snapshot, host, Objects.requireNonNull(certificates.get(host.id())))));
    }

    private static Map<String, EncodedPart> changed(Map<String, EncodedPart> own, Map<String, Stored> stored) {
        Map<String, EncodedPart> changed = new HashMap<>(own);
        stored.forEach((id, old) -> changed.computeIfPresent(
                id, (_, part) -> part.digest().equals(old.parts().own()) ? null : part));
        return changed;
    }

    @Override
    public void close() {
        turns.close();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
