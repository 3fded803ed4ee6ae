package dev.pharos.control.delivery;

import dev.pharos.control.delivery.BundleCompiler.Parts;
import dev.pharos.control.delivery.Bundles.Signers;
import dev.pharos.control.delivery.Bundles.Stored;
import dev.pharos.control.network.RevisionTaken;
import dev.pharos.control.tls.ServerTls;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.bundle.TlsTrust;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Brings the stored bundles of a network up to its latest revision: compiles all of them from one snapshot and signs those
 * whose content is new, under the snapshot's revision. Runs before the request that took the revision is answered, and
 * again from {@link Notices} for what a crashed node left undone.
 */
@Component
class Compilation {
    static final String CHANNEL = "pharos_bundle";
    private static final int ATTEMPTS = 3;
    private static final Logger log = LoggerFactory.getLogger(Compilation.class);

    private final CompileLane lane;
    private final Snapshots snapshots;
    private final BundleKeys keys;
    private final TlsTrust tls;
    private final Clock clock;

    Compilation(CompileLane lane, Snapshots snapshots, BundleKeys keys, ServerTls tls, Clock clock) {
        this.lane = lane;
        this.snapshots = snapshots;
        this.keys = keys;
        this.tls = tls.trust();
        this.clock = clock;
    }

    @EventListener
    void on(RevisionTaken taken) {
        bringUpToDate(taken.networkId());
    }

    /** Never fails: what could not be done now is done again by the next revision or the next slow poll. */
    void bringUpToDate(String networkId) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                lane.alone(networkId, jdbc -> compile(jdbc, networkId));
                return;
            } catch (SQLException | RuntimeException e) {
                log.atLevel(attempt < ATTEMPTS ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.ERROR)
                        .setCause(e)
                        .log("Compiling the bundles of {} failed", networkId);
            }
        }
    }

    private Revision compile(JdbcClient jdbc, String networkId) {
        Snapshot snapshot = snapshots.read(jdbc, networkId);
        Map<String, Stored> stored = Bundles.stored(jdbc, networkId);
        Map<String, String> pinned = Bundles.pinned(jdbc, networkId);
        String active = BundleKeys.activeId(jdbc, networkId);
        Revision revision = snapshot.revision();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Map<String, Parts> compiled = BundleCompiler.compile(snapshot, tls);
        compiled.forEach((hostId, parts) -> {
            Stored old = stored.get(hostId);
            Signers signers =
                    old == null ? signers(pinned.getOrDefault(hostId, active), active) : signersAfter(old, active);
            if (old == null
                    || old.epoch() != revision.epoch()
                    || !old.parts().equals(parts.digests())
                    || !old.signers().equals(signers)) {
                Manifest manifest = new Manifest(
                        Manifest.SCHEMA,
                        networkId,
                        hostId,
                        revision,
                        now,
                        parts.digests(),
                        List.of(),
                        signers.successor().map(keys::key).map(SigningKey::publicKey));
                Envelope envelope = keys.signer(signers.signer()).sign(manifest);
                Bundles.store(jdbc, networkId, hostId, revision, parts, signers, envelope);
                ForgottenBundles.know(jdbc, hostId, envelope.digest(), now);
            }
        });
        StockExports.compare(jdbc, snapshot);
        jdbc.sql("""
            insert into compilation (network_id, epoch, number) values (?, ?, ?)
            on conflict (network_id) do update set epoch = excluded.epoch, number = excluded.number\
            """).params(networkId, revision.epoch(), revision.number()).update();
        jdbc.sql("select pg_notify(?, ?)").params(CHANNEL, networkId).query().singleRow();
        return revision;
    }

    /** A host takes the active key's word once it has heard of it by a bundle of the key before. */
    private static Signers signersAfter(Stored old, String active) {
        boolean heard = old.trusts().equals(Optional.of(active));
        return signers(heard ? active : old.signers().signer(), active);
    }

    private static Signers signers(String signer, String active) {
        return new Signers(signer, signer.equals(active) ? Optional.empty() : Optional.of(active));
    }
}
