package dev.pharos.control.server;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Thousands of agents that have joined, by SQL: as one that really has, under names, addresses and keys of their own. */
public final class ManyHosts {
    private ManyHosts() {}

    /**
     * Adds hosts {@code host_many…} named {@code many-1} and so on, from 10.64.0.1 upwards and in one of a hundred groups
     * {@code many-g0} and so on.
     *
     * @param like the id of an agent that has joined, whose network and certificates they get
     */
    public static void add(Server server, String like, int from, int to) {
        server.bean(TransactionTemplate.class)
                .executeWithoutResult(_ -> add(server.bean(JdbcClient.class), like, from, to));
    }

    /** With statistics in the same transaction: nobody plans for an empty table that is none. */
    private static void add(JdbcClient jdbc, String like, int from, int to) {
        jdbc.sql("""
            insert into host_group (id, network_id, name, created_at)
            select 'grp_many' || g, h.network_id, 'many-g' || g, now()
            from host h, generate_series(0, 99) g where h.id = :like on conflict do nothing\
            """).param("like", like).update();
        jdbc.sql("""
            insert into host (id, network_id, name, kind, address, groups, endpoints, signing_key, x25519_key, p256_key,
                              token_id, created_at)
            select 'host_many' || lpad(n::text, 22, '0'), h.network_id, 'many-' || n, 'agent',
                   host('10.64.0.0'::inet + n), array['many-g' || n % 100], '{}', decode(md5(n::text), 'hex'),
                   h.x25519_key, h.p256_key, h.token_id, now()
            from host h, generate_series(:from, :to) n where h.id = :like\
            """).param("like", like).param("from", from).param("to", to).update();
        jdbc.sql("""
            insert into certificate (fingerprint, network_id, host_id, authority_id, version, pem, public_key, not_before,
                                     not_after)
            select md5(n || c.fingerprint) || md5(c.fingerprint || n), c.network_id, 'host_many' || lpad(n::text, 22, '0'),
                   c.authority_id, c.version, c.pem, c.public_key, c.not_before, c.not_after
            from certificate c, generate_series(:from, :to) n where c.host_id = :like and c.current\
            """).param("like", like).param("from", from).param("to", to).update();
        jdbc.sql("analyze").update();
    }

    /** The id of the host of that number. */
    public static String id(int number) {
        return "host_many" + "%022d".formatted(number);
    }
}
