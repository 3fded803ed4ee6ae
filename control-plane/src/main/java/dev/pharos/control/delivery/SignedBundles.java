package dev.pharos.control.delivery;

import dev.pharos.control.delivery.Bundles.Signers;
import dev.pharos.protocol.bundle.EncodedPart;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.PartDigests;
import dev.pharos.protocol.bundle.Revision;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes what a compilation has made: many rows by one statement, as a change of a shared part signs for every host. */
final class SignedBundles {
    private static final int ROWS = 1000;

    private SignedBundles() {}

    /**
     * A host's manifest, signed.
     *
     * @param critical the critical fields of its own part
     */
    record Signed(String hostId, PartDigests parts, List<String> critical, Signers signers, Envelope envelope) {}

    /** Parts that all hosts share. */
    static void storeShared(JdbcClient jdbc, String networkId, List<EncodedPart> parts) {
        parts.forEach(part -> jdbc.sql("""
            insert into part (network_id, digest, bytes) values (?, ?, ?) on conflict (network_id, digest) do nothing\
            """)
                .params(networkId, part.digest().hex(), part.bytes().toBytes())
                .update());
    }

    /** Parts of one host each, by its id. */
    static void storeOwn(JdbcClient jdbc, String networkId, Map<String, EncodedPart> parts) {
        inSlices(
                parts.entrySet(),
                slice -> jdbc.sql("""
                    insert into part (network_id, host_id, digest, bytes)
                    select ?, r.* from unnest(?::text[], ?::text[], ?::bytea[]) r
                    on conflict (network_id, digest) do nothing\
                    """)
                        .param(1, networkId)
                        .param(2, texts(slice, Map.Entry::getKey))
                        .param(
                                3,
                                texts(slice, entry -> entry.getValue().digest().hex()))
                        .param(4, bytes(slice, entry -> entry.getValue().bytes().toBytes()))
                        .update());
    }

    /** What hosts are to enforce from now on; the digests are known from now on as ones that we have signed. */
    static void store(JdbcClient jdbc, String networkId, Revision revision, Instant now, Collection<Signed> bundles) {
        inSlices(bundles, slice -> {
            jdbc.sql("""
                insert into bundle
                (network_id, epoch, number, host_id, digest, own, trust, topology, names, manifest, signature,
                 key_id, successor_id, critical)
                select ?, ?, ?, r.host_id, r.digest, r.own, r.trust, r.topology, r.names, r.manifest, r.signature,
                       r.key_id, r.successor_id, string_to_array(r.critical, ' ')
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[],
                            ?::text[], ?::text[], ?::text[])
                    r (host_id, digest, own, trust, topology, names, manifest, signature, key_id, successor_id, critical)
                on conflict (host_id) do update set epoch = excluded.epoch, number = excluded.number,
                    digest = excluded.digest, own = excluded.own, trust = excluded.trust,
                    topology = excluded.topology, names = excluded.names, manifest = excluded.manifest,
                    signature = excluded.signature, key_id = excluded.key_id, successor_id = excluded.successor_id,
                    critical = excluded.critical\
                """)
                    .param(1, networkId)
                    .param(2, revision.epoch())
                    .param(3, revision.number())
                    .param(4, texts(slice, Signed::hostId))
                    .param(5, texts(slice, each -> each.envelope().digest().hex()))
                    .param(6, texts(slice, each -> each.parts().own().hex()))
                    .param(7, texts(slice, each -> each.parts().trust().hex()))
                    .param(8, texts(slice, each -> each.parts().topology().hex()))
                    .param(9, texts(slice, each -> each.parts().names().hex()))
                    .param(10, bytes(slice, each -> each.envelope().manifest().toBytes()))
                    .param(11, bytes(slice, each -> each.envelope().signature().toBytes()))
                    .param(12, texts(slice, each -> each.signers().signer()))
                    .param(13, texts(slice, each -> each.signers().successor().orElse(null)))
                    .param(14, texts(slice, each -> String.join(" ", each.critical())))
                    .update();
            jdbc.sql("""
                insert into bundle_digest (signed_at, host_id, digest)
                select ?, r.* from unnest(?::text[], ?::text[]) r on conflict do nothing\
                """)
                    .param(1, Timestamp.from(now))
                    .param(2, texts(slice, Signed::hostId))
                    .param(3, texts(slice, each -> each.envelope().digest().hex()))
                    .update();
        });
    }

    private static <T> void inSlices(Collection<T> all, Consumer<List<T>> work) {
        List<T> rows = List.copyOf(all);
        for (int from = 0; from < rows.size(); from += ROWS) {
            work.accept(rows.subList(from, Math.min(from + ROWS, rows.size())));
        }
    }

    private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    private static <T> byte[][] bytes(List<T> rows, Function<T, byte[]> column) {
        return rows.stream().map(column).toArray(byte[][]::new);
    }
}
