package dev.pharos.control.server;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Thousands of agents that have joined, by SQL: as one that really has, under names, addresses and keys of their own. */
public final class ManyHosts {
    private static final List<String> HOSTS = List.of("""
        insert into host_group (id, network_id, name, created_at)
        select 'grp_many' || lpad(g::text, 22, '0'), h.network_id, 'many-g' || g, now()
        from host h, generate_series(0, 99) g where h.id = :like and :from <= :to on conflict do nothing\
        """, """
        insert into host (id, network_id, name, kind, address, groups, endpoints, signing_key, x25519_key, p256_key,
                          token_id, created_at)
        select 'host_many' || lpad(n::text, 22, '0'), h.network_id, 'many-' || n, 'agent',
               host('10.64.0.0'::inet + n), array['many-g' || n % 100], '{}', decode(md5(n::text), 'hex'),
               h.x25519_key, h.p256_key, h.token_id, now()
        from host h, generate_series(:from, :to) n where h.id = :like\
        """, """
        insert into certificate (fingerprint, network_id, host_id, authority_id, version, pem, public_key, not_before,
                                 not_after)
        select md5(n || c.fingerprint) || md5(c.fingerprint || n), c.network_id, 'host_many' || lpad(n::text, 22, '0'),
               c.authority_id, c.version, c.pem, c.public_key, c.not_before, c.not_after
        from certificate c, generate_series(:from, :to) n where c.host_id = :like and c.current\
        """);

    /** Everybody stays online for an hour and hears two of three lighthouses, of which the first tells of 2000 peers. */
    private static final List<String> HISTORY = List.of("""
        insert into bundle (host_id, network_id, epoch, number, digest, own, trust, topology, names, manifest, signature,
                            key_id)
        select 'host_many' || lpad(n::text, 22, '0'), b.network_id, b.epoch, b.number, b.digest, b.own, b.trust, b.topology,
               b.names, b.manifest, b.signature, b.key_id
        from bundle b, generate_series(:from, :to) n where b.host_id = :like on conflict do nothing\
        """, """
        insert into host_report (host_id, last_seen, reported_at, epoch, number, digest, report)
        select 'host_many' || lpad(n::text, 22, '0'), now() + interval '1 hour', now(), b.epoch, b.number, b.digest,
            jsonb_build_object(
            'version', '0.1.0', 'platform', 'linux/amd64', 'startedAt', '2026-01-01T00:00:00Z', 'peers', (
                select jsonb_agg(jsonb_build_object('address', host('10.64.0.0'::inet + n + p), 'path', 'direct',
                    'endpoint', '198.51.100.7:4242', 'rttMs', 1.5, 'lastHeard', '2026-01-01T00:00:00Z', 'bytesIn', 7,
                    'bytesOut', 8)) from generate_series(1, case n when 1 then least(2000, :to) else 3 end) p))
        from bundle b, generate_series(:from, :to) n where b.host_id = :like on conflict do nothing\
        """, """
        insert into peer_contact (host_id, peer_id, heard_at, path, endpoint, reached_by)
        select 'host_many' || lpad(n::text, 22, '0'), 'host_many' || lpad(peer::text, 22, '0'),
               now() + interval '1 hour', 'direct', '198.51.100.7:4242', '{}'
        from host h, generate_series(:from, :to) n, lateral (values (1), (2), (n + 1), (n + 2)) peers (peer)
        where h.id = :like and peer <> n and peer between :from and :to on conflict do nothing\
        """, """
        insert into peer_event (host_id, peer_id, at, event, path, endpoint, rtt_ms)
        select 'host_many' || lpad(n::text, 22, '0'), 'host_many' || lpad((n % :to + 1)::text, 22, '0'), now(), 'opened',
               'direct', '198.51.100.7:4242', 1.5
        from host h, generate_series(:from, :to) n, generate_series(1, 4) again where h.id = :like\
        """, """
        update host set lighthouse = true, endpoints = '{198.51.100.7:4242,198.51.100.9:4242}',
                        endpoints_at = now() - interval '1 hour'
        where id > :like and id <= 'host_many' || lpad(least(:from + 2, :to)::text, 22, '0')\
        """, """
        insert into enrollment_token (id, network_id, name, secret_hash, max_uses, expires_at, groups, created_at,
                                      bundle_key_id)
        select 'tok_many' || lpad(n::text, 22, '0'), t.network_id, 'many-' || n, decode(md5(n::text), 'hex'), 1, now(),
               '{}', now(), t.bundle_key_id
        from host h join enrollment_token t on t.id = h.token_id, generate_series(:from, :to) n where h.id = :like\
        """, """
        insert into revision (network_id, epoch, number, reason)
        select h.network_id, 1, n, 'host many-' || n || ' joined' from host h, generate_series(:from, :to) n
        where h.id = :like\
        """, """
        insert into audit_event (network_id, actor, action, target, request_id)
        select h.network_id, 'system', 'host.enroll', 'host_many' || lpad(n::text, 22, '0'), 'many'
        from host h, generate_series(:from, :to) n, generate_series(1, 4) again where h.id = :like\
        """);

    private ManyHosts() {}

    /**
     * Adds hosts {@code host_many…} named {@code many-1} and so on, from 10.64.0.1 upwards and in one of a hundred groups
     * {@code many-g0} and so on.
     *
     * @param like the id of an agent that has joined, whose network and certificates they get
     */
    public static void add(Server server, String like, int from, int to) {
        run(server, HOSTS, like, from, to);
    }

    /** What they leave behind: bundles, reports, contacts, events, tokens, revisions, and the record of changes. */
    public static void addHistory(Server server, String like, int from, int to) {
        run(server, HISTORY, like, from, to);
        server.bean(JdbcClient.class).sql("vacuum analyze").update();
    }

    /** With statistics in the same transaction: nobody plans for an empty table that is none. */
    private static void run(Server server, List<String> statements, String like, int from, int to) {
        JdbcClient jdbc = server.bean(JdbcClient.class);
        server.bean(TransactionTemplate.class).executeWithoutResult(_ -> {
            for (String sql : statements) {
                jdbc.sql(sql)
                        .param("like", like)
                        .param("from", from)
                        .param("to", to)
                        .update();
            }
            jdbc.sql("analyze").update();
        });
    }

    /** The id of the host of that number. */
    public static String id(int number) {
        return "host_many" + "%022d".formatted(number);
    }
}
