package dev.pharos.control.delivery;

import dev.pharos.control.audit.Audit;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.BundleVerdict;
import dev.pharos.protocol.bundle.BundleVerifier;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.CriticalFields;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import dev.pharos.protocol.bundle.ShownBundle;
import dev.pharos.protocol.bundle.TrustPart;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Bundles that this control plane has signed and forgotten, because its database is an older copy. A host that enforces one
 * is asked to show it. What our own key signed is true: the network begins a new epoch, which every host takes, and goes
 * on refusing whom that bundle refused, until an owner confirms that the older state is meant.
 */
@Component
class ForgottenBundles {
    private static final Logger log = LoggerFactory.getLogger(ForgottenBundles.class);

    /** An agent that can show its bundle does so at once, and again after a failure within seconds. */
    private static final Duration ASK_FOR = Duration.ofMinutes(1);

    private static final Duration BELIEVE_EVERY = Duration.ofDays(1);

    private final BundleKeys keys;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    ForgottenBundles(BundleKeys keys, Revisions revisions, Audit audit, JdbcClient jdbc, Clock clock) {
        this.keys = keys;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Whether a host is to show the bundle that it enforces, which is one that this database does not know of. An agent that
     * cannot is asked for a while only, and then taken at its word as far as that harms nobody.
     */
    @Transactional
    boolean wantsToSee(String networkId, String hostId, RevisionId enforced) {
        boolean known = jdbc.sql("select exists (select from bundle_digest where host_id = ? and digest = ?)")
                .params(hostId, enforced.digest().hex())
                .query(Boolean.class)
                .single();
        if (known) {
            return false;
        }
        if (askedSince(hostId, enforced.digest()).plus(ASK_FOR).isAfter(clock.instant())) {
            return true;
        }
        believe(networkId, hostId, enforced.revision());
        return false;
    }

    private Instant askedSince(String hostId, Digest digest) {
        return jdbc.sql("""
            insert into asked_bundle as asked (host_id, digest, asked_at) values (?, ?, ?)
            on conflict (host_id) do update set digest = excluded.digest,
                asked_at = case when asked.digest = excluded.digest then asked.asked_at else excluded.asked_at end
            returning asked_at\
            """)
                .params(hostId, digest.hex(), Timestamp.from(clock.instant()))
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .single();
    }

    /**
     * A host that says to enforce what this database does not know, and shows nothing for it, is given a new epoch to
     * follow, so that it is not left behind for good: once a day, as it may be lying, and never one beyond the present.
     */
    private void believe(String networkId, String hostId, Revision claimed) {
        Instant now = clock.instant();
        if (claimed.epoch() < epochOf(networkId) || claimed.epoch() > now.getEpochSecond()) {
            return;
        }
        boolean first = jdbc.sql("""
            update asked_bundle set believed_at = ?
            where host_id = ? and (believed_at is null or believed_at < ?)\
            """)
                        .params(Timestamp.from(now), hostId, Timestamp.from(now.minus(BELIEVE_EVERY)))
                        .update()
                > 0;
        if (first) {
            log.warn(
                    "Host {} enforces {}, which this database has forgotten, and its agent is too old to show it;"
                            + " opening a new epoch. What that bundle refused and this database does not is no longer"
                            + " refused",
                    hostId,
                    claimed);
            openEpoch(networkId, hostId, claimed);
        }
    }

    private long epochOf(String networkId) {
        return jdbc.sql("select epoch from network where id = ?")
                .param(networkId)
                .query(Long.class)
                .single();
    }

    private void openEpoch(String networkId, String hostId, Revision shown) {
        long before = epochOf(networkId);
        revisions.openEpoch(networkId, shown.epoch(), clock.instant().getEpochSecond());
        audit.record(
                networkId,
                "network.new-epoch",
                hostId,
                Map.of("epoch", before),
                Map.of("epoch", epochOf(networkId), "enforced", shown));
    }

    /** The bundle is a signed one of this host's: what it knows more than this database is kept. */
    @Transactional
    void remember(String networkId, String hostId, ShownBundle shown) throws MalformedException {
        RevisionId revision = verified(networkId, hostId, shown);
        Instant signed = shownAt(shown);
        boolean older = jdbc.sql("select signed_at from bundle_digest where host_id = ? order by signed_at limit 1")
                .param(hostId)
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .optional()
                .filter(signed::isBefore)
                .isPresent();
        know(hostId, revision.digest(), signed);
        if (older) {
            return;
        }
        int kept = keep(networkId, hostId, trust(shown));
        if (revision.revision().epoch() >= epochOf(networkId)) {
            log.warn(
                    "Host {} enforces {}, which this database has forgotten; opening a new epoch",
                    hostId,
                    revision.revision());
            openEpoch(networkId, hostId, revision.revision());
        } else if (kept > 0) {
            revisions.next(networkId, "blocks that this database has forgotten are kept", Touched.noHost());
        }
    }

    private void know(String hostId, Digest digest, Instant signed) {
        jdbc.sql("insert into bundle_digest (host_id, digest, signed_at) values (?, ?, ?) on conflict do nothing")
                .params(hostId, digest.hex(), Timestamp.from(signed))
                .update();
    }

    private RevisionId verified(String networkId, String hostId, ShownBundle shown) throws MalformedException {
        BundleVerifier ours = new BundleVerifier(
                networkId, Optional.of(hostId), keys.pins(networkId), Optional.empty(), CriticalFields.KNOWN);
        return switch (ours.verify(shown.envelope())) {
            case BundleVerdict.Accepted accepted -> accepted.revision();
            case BundleVerdict.Refused refused -> throw new MalformedException(refused.message());
        };
    }

    private static Instant shownAt(ShownBundle shown) throws MalformedException {
        return Manifest.parse(shown.envelope().manifest().toBytes()).issuedAt();
    }

    private static TrustPart trust(ShownBundle shown) throws MalformedException {
        byte[] bytes = shown.trust().toBytes();
        Digest named =
                Manifest.parse(shown.envelope().manifest().toBytes()).parts().trust();
        if (!Digest.of(bytes).equals(named)) {
            throw new MalformedException("the trust part is not the one that the manifest names");
        }
        return ControlJson.read(TrustPart.class, bytes, ControlJson.MAX_PART_BYTES);
    }

    private int keep(String networkId, String hostId, TrustPart trust) {
        Set<Fingerprint> ours = Set.copyOf(Snapshots.blocklist(jdbc, networkId, clock.instant()));
        int kept = 0;
        for (Fingerprint fingerprint : trust.blocklist()) {
            if (!ours.contains(fingerprint)) {
                kept += jdbc.sql("""
                    insert into kept_block (network_id, fingerprint, shown_by, kept_at) values (?, ?, ?, ?)
                    on conflict do nothing\
                    """)
                        .params(networkId, fingerprint.hex(), hostId, Timestamp.from(clock.instant()))
                        .update();
            }
        }
        return kept;
    }
}
