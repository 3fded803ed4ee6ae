package dev.pharos.control.delivery;

import dev.pharos.control.host.Host;
import dev.pharos.control.host.HostChanges;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.host.Inventory;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.control.pki.Issuer;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What time alone makes due. Any node may do it; a lock that lasts as long as the transaction lets one at a time. */
@Component
class Upkeep {
    private static final long LOCK = 0x7068_6172_6f73_0004L;
    /** A third of the thirty days of an agent's certificate: twenty are left for an outage of ours. */
    private static final Duration RENEW_AFTER = Duration.ofDays(10);
    /** Longest that a certificate which says too much goes on being valid, whether its host has a new one or not. */
    private static final Duration REVOKE_AFTER = Duration.ofSeconds(60);

    /** How long an ephemeral host may be away. */
    private static final Duration EPHEMERAL_AFTER = Duration.ofMinutes(15);

    /** How long the digest of a bundle is remembered that is no longer the host's. */
    private static final Duration KNOWN_FOR = Duration.ofDays(90);

    private static final int AT_ONCE = 100;

    private final Hosts hosts;
    private final Networks networks;
    private final Inventory inventory;
    private final HostChanges changes;
    private final Revisions revisions;
    private final Issuer issuer;
    private final BundleKeys keys;
    private final CompileLane lane;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Upkeep(
            Hosts hosts,
            Networks networks,
            Inventory inventory,
            HostChanges changes,
            Revisions revisions,
            Issuer issuer,
            BundleKeys keys,
            CompileLane lane,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Clock clock) {
        this.hosts = hosts;
        this.networks = networks;
        this.inventory = inventory;
        this.changes = changes;
        this.revisions = revisions;
        this.issuer = issuer;
        this.keys = keys;
        this.lane = lane;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 5_000, fixedDelay = 60_000)
    void renewCertificates() {
        alone(() -> {
            List<String> due = jdbc.sql("""
                select distinct c.host_id from certificate c join host h on h.id = c.host_id
                where c.current and c.not_before < ? and h.kind = 'agent'
                  and h.deleted_at is null and not h.blocked
                  and not exists (select from kept_block k where k.fingerprint = c.fingerprint)
                limit ?\
                """)
                    .params(Timestamp.from(clock.instant().minus(RENEW_AFTER)), AT_ONCE)
                    .query((row, _) -> row.getString(1))
                    .list();
            due.forEach(id -> renew(hosts.get(id)));
        });
    }

    /** Lists certificates that say what is no longer true, once their host enforces the new one or has had its time. */
    @Scheduled(initialDelay = 2_000, fixedDelay = 2_000)
    void revokeSuperseded() {
        alone(() -> {
            List<String> changed = jdbc.sql("""
                with due as (
                    update certificate c set revoked_at = ?
                    from host h left join bundle b on b.host_id = h.id left join host_report r on r.host_id = h.id
                    where h.id = c.host_id and c.revoke and c.revoked_at is null
                      and (c.superseded_at < ?
                           or (r.digest = b.digest and r.last_seen > c.superseded_at))
                    returning c.network_id
                )
                select distinct network_id from due\
                """)
                    .params(
                            Timestamp.from(clock.instant()),
                            Timestamp.from(clock.instant().minus(REVOKE_AFTER)))
                    .query((row, _) -> row.getString(1))
                    .list();
            changed.forEach(network ->
                    revisions.next(network, "a certificate that said too much is taken back", Touched.noHost()));
        });
    }

    /** Hosts that have heard of a new bundle key get bundles signed by it, and the old one goes when all have. */
    @Scheduled(initialDelay = 2_000, fixedDelay = 2_000)
    void moveToNewBundleKeys() {
        alone(() -> {
            keys.noteWhoHasHeard().forEach(network -> revisions.next(network, "hosts move to the new bundle key"));
            keys.retire();
        });
    }

    /** An authority that signs no more goes when the last certificate it has signed does. */
    @Scheduled(initialDelay = 40_000, fixedDelay = 3_600_000)
    void dropAuthorities() {
        alone(() -> issuer.dropAuthorities()
                .forEach(network -> revisions.next(network, "an authority is no longer trusted", Touched.noHost())));
    }

    /** Frees the names and addresses of deleted hosts whose last certificate has expired, and addresses that were left. */
    @Scheduled(initialDelay = 30_000, fixedDelay = 3_600_000)
    void forgetDeletedHosts() {
        alone(() -> {
            Timestamp now = Timestamp.from(clock.instant());
            jdbc.sql("""
                delete from host h where h.deleted_at is not null
                  and not exists (select from certificate c where c.host_id = h.id and c.not_after > ?)\
                """).param(now).update();
            jdbc.sql("""
                delete from left_address l where not exists (
                    select from certificate c where c.host_id = l.host_id and l.address = any (c.addresses)
                      and c.not_after > ? and c.revoked_at is null)\
                """).param(now).update();
        });
    }

    /** Deletes ephemeral hosts that have been away for too long. */
    @Scheduled(initialDelay = 20_000, fixedDelay = 60_000)
    void deleteEphemeralHosts() {
        alone(() -> jdbc.sql("""
            select h.id from host h left join host_report r on r.host_id = h.id
            where h.ephemeral and h.deleted_at is null
              and coalesce(r.last_seen, h.created_at) < ? limit ?\
            """)
                .params(Timestamp.from(clock.instant().minus(EPHEMERAL_AFTER)), AT_ONCE)
                .query((row, _) -> row.getString(1))
                .list()
                .forEach(changes::delete));
    }

    /** A host that was away for longer shows its bundle, which is told from a forgotten one by its age. */
    @Scheduled(initialDelay = 70_000, fixedDelay = 3_600_000)
    void dropOldDigests() {
        alone(() -> jdbc.sql("""
            delete from bundle_digest d where d.signed_at < ?
              and not exists (select from bundle b where b.host_id = d.host_id and b.digest = d.digest)\
            """)
                .param(Timestamp.from(clock.instant().minus(KNOWN_FOR)))
                .update());
    }

    /** Drops parts that no bundle names, once nobody can still be fetching them. */
    @Scheduled(initialDelay = 60_000, fixedDelay = 3_600_000)
    void dropOldParts() throws SQLException {
        for (String network : networkIds()) {
            lane.alone(network, snapshot -> snapshot.sql("""
                delete from part p
                where p.network_id = ? and p.created_at < now() - interval '1 hour' and not exists (
                    select from bundle b where b.network_id = p.network_id
                      and p.digest in (b.own, b.trust, b.topology, b.names))\
                """).param(network).update());
        }
    }

    private List<String> networkIds() {
        return jdbc.sql("select id from network")
                .query((row, _) -> row.getString(1))
                .list();
    }

    private void renew(Host host) {
        inventory.reissue(networks.get(host.networkId()), host);
        revisions.next(host.networkId(), "certificates of " + host.name() + " renewed", Touched.host(host.id()));
    }

    private void alone(Runnable work) {
        transaction.executeWithoutResult(_ -> {
            if (jdbc.sql("select pg_try_advisory_xact_lock(?)")
                    .param(LOCK)
                    .query(Boolean.class)
                    .single()) {
                work.run();
            }
        });
    }
}
