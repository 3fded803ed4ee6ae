package dev.pharos.control.delivery;

import dev.pharos.control.delivery.BundleCompiler.SharedParts;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.Revision;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How far the bundles of a network are behind.
 *
 * @param wanted its latest revision
 * @param compiled the one that its bundles are of; empty before the first
 * @param shared the digests of the shared parts in them
 */
record Progress(String networkId, Revision wanted, Optional<Revision> compiled, List<Digest> shared) {
    static Progress read(JdbcClient jdbc, String networkId) {
        return jdbc.sql("""
            select n.epoch, n.revision, c.epoch, c.number, c.trust, c.topology, c.names
            from network n left join compilation c on c.network_id = n.id where n.id = ?\
            """)
                .param(networkId)
                .query((row, _) -> {
                    @Nullable String trust = row.getString(5);
                    return new Progress(
                            networkId,
                            new Revision(row.getLong(1), row.getLong(2)),
                            row.getObject(3) == null
                                    ? Optional.empty()
                                    : Optional.of(new Revision(row.getLong(3), row.getLong(4))),
                            trust == null
                                    ? List.of()
                                    : List.of(
                                            new Digest(trust),
                                            new Digest(row.getString(6)),
                                            new Digest(row.getString(7))));
                })
                .single();
    }

    static void write(JdbcClient jdbc, String networkId, Revision revision, SharedParts shared) {
        jdbc.sql("""
            insert into compilation (network_id, epoch, number, trust, topology, names) values (?, ?, ?, ?, ?, ?)
            on conflict (network_id) do update set epoch = excluded.epoch, number = excluded.number,
                trust = excluded.trust, topology = excluded.topology, names = excluded.names\
            """)
                .params(
                        networkId,
                        revision.epoch(),
                        revision.number(),
                        shared.trust().digest().hex(),
                        shared.topology().digest().hex(),
                        shared.names().digest().hex())
                .update();
    }

    boolean isUpToDate() {
        return compiled.equals(Optional.of(wanted));
    }

    boolean hasShared(SharedParts parts) {
        return compiled.filter(before -> before.epoch() == wanted.epoch()).isPresent()
                && shared.equals(List.of(
                        parts.trust().digest(),
                        parts.topology().digest(),
                        parts.names().digest()));
    }

    /** By the revisions that are not compiled yet; everything, when it cannot be told. */
    Touched touched(JdbcClient jdbc, Revisions revisions) {
        return compiled.filter(before -> before.epoch() == wanted.epoch())
                .map(before -> revisions.between(jdbc, networkId, wanted.epoch(), before.number(), wanted.number()))
                .orElseGet(Touched.Everything::new);
    }
}
