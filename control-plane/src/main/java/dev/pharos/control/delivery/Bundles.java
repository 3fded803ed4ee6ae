package dev.pharos.control.delivery;

import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.PartDigests;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The bundles and parts that hosts are to have, as they were signed. */
@Component
public class Bundles {
    private static final String SELECT =
            "select host_id, network_id, epoch, number, digest, manifest, signature, key_id from bundle ";

    private final JdbcClient jdbc;
    private final BundleKeys keys;

    Bundles(JdbcClient jdbc, BundleKeys keys) {
        this.jdbc = jdbc;
        this.keys = keys;
    }

    /** What a host is to enforce. */
    record Wanted(RevisionId id, Envelope envelope) {}

    /**
     * Who signs, and whom hosts are told of as the next who will; ids of keys.
     *
     * @param successor only while the signer is being replaced
     */
    record Signers(String signer, Optional<String> successor) {}

    /**
     * What the next compilation compares with.
     *
     * @param trusts the successor that the host has heard of
     * @param critical the critical fields of its own part
     */
    record Stored(long epoch, PartDigests parts, Signers signers, Optional<String> trusts, List<String> critical) {
        /** Whether a bundle of that epoch with these contents would say nothing new. */
        boolean says(long inEpoch, PartDigests ofParts, Signers by) {
            return epoch == inEpoch && parts.equals(ofParts) && signers.equals(by);
        }
    }

    /** A host's bundle, whole. */
    public Optional<EnrollmentAnswer> whole(String hostId) {
        return find(hostId).map(wanted -> {
            Map<Digest, Binary> parts = new HashMap<>();
            jdbc.sql("""
                select p.digest, p.bytes from part p join bundle b on b.network_id = p.network_id
                where b.host_id = ? and p.digest in (b.own, b.trust, b.topology, b.names)\
                """).param(hostId).query(row -> {
                parts.put(new Digest(row.getString(1)), Binary.of(row.getBytes(2)));
            });
            return new EnrollmentAnswer(wanted.envelope(), parts);
        });
    }

    Optional<Wanted> find(String hostId) {
        return jdbc.sql(SELECT + "where host_id = ?")
                .param(hostId)
                .query((row, _) -> wanted(row))
                .optional();
    }

    /** By host id, those of these hosts that were signed under a later revision than this. */
    Map<String, Wanted> since(String networkId, Revision revision, String[] hostIds) {
        Map<String, Wanted> bundles = new HashMap<>();
        jdbc.sql(SELECT + "where network_id = ? and (epoch, number) > (?, ?) and host_id = any (?)")
                .params(networkId, revision.epoch(), revision.number(), hostIds)
                .query(row -> {
                    bundles.put(row.getString("host_id"), wanted(row));
                });
        return bundles;
    }

    /** Parts that all share, and this host's own; not those of others. */
    Optional<byte[]> part(String networkId, String hostId, Digest digest) {
        return jdbc.sql("""
            select bytes from part
            where network_id = ? and digest = ? and (host_id is null or host_id = ?)\
            """)
                .params(networkId, digest.hex(), hostId)
                .query((row, _) -> row.getBytes(1))
                .optional();
    }

    static Map<String, Stored> stored(JdbcClient jdbc, Collection<Member> hosts) {
        Map<String, Stored> stored = new HashMap<>();
        jdbc.sql("select host_id, epoch, own, trust, topology, names, key_id, successor_id, trusts_id, critical"
                        + " from bundle where host_id = any (?)")
                .param(hosts.stream().map(Member::id).toArray(String[]::new))
                .query(row -> {
                    stored.put(
                            row.getString(1),
                            new Stored(
                                    row.getLong(2),
                                    new PartDigests(
                                            new Digest(row.getString(3)),
                                            new Digest(row.getString(4)),
                                            new Digest(row.getString(5)),
                                            new Digest(row.getString(6))),
                                    new Signers(row.getString(7), Optional.ofNullable(row.getString(8))),
                                    Optional.ofNullable(row.getString(9)),
                                    List.of((String[]) row.getArray(10).getArray())));
                });
        return stored;
    }

    /** For hosts that have no bundle yet: the key that their token has told them of. */
    static Map<String, String> pinned(JdbcClient jdbc, Collection<Member> hosts) {
        Map<String, String> pinned = new HashMap<>();
        jdbc.sql("select h.id, t.bundle_key_id from host h join enrollment_token t on t.id = h.token_id"
                        + " where h.id = any (?)")
                .param(hosts.stream().map(Member::id).toArray(String[]::new))
                .query(row -> {
                    pinned.put(row.getString(1), row.getString(2));
                });
        return pinned;
    }

    private Wanted wanted(ResultSet row) throws SQLException {
        return new Wanted(
                new RevisionId(
                        new Revision(row.getLong("epoch"), row.getLong("number")), new Digest(row.getString("digest"))),
                new Envelope(
                        Binary.of(row.getBytes("manifest")),
                        Binary.of(row.getBytes("signature")),
                        keys.key(row.getString("key_id")).publicKey()));
    }
}
