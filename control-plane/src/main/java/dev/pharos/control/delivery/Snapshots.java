package dev.pharos.control.delivery;

import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.control.dns.DnsRecords;
import dev.pharos.control.network.Ranges;
import dev.pharos.control.policy.Firewalls;
import dev.pharos.control.route.SubnetRoutes;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.HostPort;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.NetworkCipher;
import dev.pharos.protocol.bundle.OwnPart.Certificates;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads snapshots. The caller's transaction decides whether what is read belongs together. */
@Component
public class Snapshots {
    /** Bytes of an uncompressed point. */
    private static final int P256_KEY = 65;

    private final Firewalls firewalls;
    private final Clock clock;

    Snapshots(Firewalls firewalls, Clock clock) {
        this.firewalls = firewalls;
        this.clock = clock;
    }

    private record Head(String name, Revision revision, Ranges ranges, NetworkCipher cipher, int mtu) {}

    /**
     * Reads one network whole.
     *
     * @param jdbc within whose transaction everything is read
     */
    public Snapshot read(JdbcClient jdbc, String networkId) {
        Head head = jdbc.sql("select name, epoch, revision, range, range6, cipher, mtu from network where id = ?")
                .param(networkId)
                .query((row, _) -> new Head(
                        row.getString(1),
                        new Revision(row.getLong(2), row.getLong(3)),
                        ranges(row.getString(4), row.getString(5)),
                        NetworkCipher.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                        row.getInt(7)))
                .single();
        List<Member> hosts = hosts(jdbc, networkId);
        Map<String, List<VpnAddress>> addresses = new HashMap<>();
        hosts.forEach(host -> addresses.put(host.name(), host.addresses()));
        return new Snapshot(
                networkId,
                head.revision(),
                head.ranges(),
                head.cipher(),
                head.mtu(),
                hosts,
                authorities(jdbc, networkId),
                blocklist(jdbc, networkId, clock.instant()),
                firewalls.read(jdbc, networkId, addresses),
                SubnetRoutes.of(jdbc, networkId),
                NamesPart.zoneOf(head.name()),
                DnsRecords.of(jdbc, networkId),
                Nodes.urls(jdbc));
    }

    private static List<Member> hosts(JdbcClient jdbc, String networkId) {
        return jdbc.sql("""
            select id, name, kind, address, address6, groups, lighthouse, relay, endpoints, blocked,
                   exists (select from certificate c where c.host_id = h.id and c.current) as certified
            from host h where network_id = ? and deleted_at is null and not pending order by id\
            """).param(networkId).query((row, _) -> member(row)).list();
    }

    /** The current certificates of those of these hosts that have any, by host id; in the snapshot's transaction too. */
    static Map<String, Certificates> certificates(JdbcClient jdbc, Collection<Member> hosts) {
        Map<String, List<Certificate>> current = new HashMap<>();
        jdbc.sql("select host_id, pem from certificate where host_id = any (?) and current")
                .param(hosts.stream().map(Member::id).toArray(String[]::new))
                .query(row -> {
                    current.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                            .add(certificate(row.getString(2)));
                });
        Map<String, Certificates> certificates = new HashMap<>();
        current.forEach((id, all) -> certificates.put(
                id, new Certificates(ofVersion(all, CertificateVersion.V1), ofVersion(all, CertificateVersion.V2))));
        return certificates;
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                row.getString("id"),
                row.getString("name"),
                row.getString("kind").equals("agent"),
                addresses(row.getString("address"), row.getString("address6")),
                List.of((String[]) row.getArray("groups").getArray()),
                row.getBoolean("lighthouse"),
                row.getBoolean("relay"),
                endpoints((String[]) row.getArray("endpoints").getArray()),
                row.getBoolean("blocked"),
                row.getBoolean("certified"));
    }

    private static Optional<Certificate> ofVersion(List<Certificate> certificates, CertificateVersion version) {
        return certificates.stream().filter(each -> each.version() == version).findFirst();
    }

    private static List<Certificate> authorities(JdbcClient jdbc, String networkId) {
        return jdbc.sql("select pem from authority where network_id = ? and state <> 'dropped' order by state, id")
                .param(networkId)
                .query((row, _) -> certificate(row.getString(1)))
                .list();
    }

    /** On P-256 a certificate has two fingerprints, as its signature has two forms; both are listed. */
    static List<Fingerprint> blocklist(JdbcClient jdbc, String networkId, Instant now) {
        TreeSet<String> fingerprints = new TreeSet<>();
        jdbc.sql("""
            select c.fingerprint, c.pem, length(c.public_key) from host h join certificate c on c.host_id = h.id
            where h.network_id = :network and (h.blocked or h.deleted_at is not null) and c.not_after > :now
            union all
            select c.fingerprint, c.pem, length(c.public_key) from certificate c
            where c.network_id = :network and c.revoked_at is not null and c.not_after > :now\
            """)
                .param("network", networkId)
                .param("now", Timestamp.from(now))
                .query(row -> {
                    fingerprints.add(row.getString(1));
                    if (row.getInt(3) == P256_KEY) {
                        certificate(row.getString(2))
                                .alternateFingerprint()
                                .ifPresent(other -> fingerprints.add(other.hex()));
                    }
                });
        jdbc.sql("select fingerprint from kept_block where network_id = ?")
                .param(networkId)
                .query(row -> {
                    fingerprints.add(row.getString(1));
                });
        return fingerprints.stream().map(Fingerprint::new).toList();
    }

    private static Certificate certificate(String pem) {
        try {
            return CertificatePem.parse(pem).getFirst();
        } catch (MalformedException e) {
            throw damaged(e);
        }
    }

    private static Ranges ranges(String first, @Nullable String second) {
        try {
            VpnPrefix range = VpnPrefix.parse(first);
            return new Ranges(second == null ? List.of(range) : List.of(range, VpnPrefix.parse(second)));
        } catch (MalformedException e) {
            throw damaged(e);
        }
    }

    private static List<VpnAddress> addresses(String first, @Nullable String second) {
        try {
            VpnAddress address = VpnAddress.parse(first);
            return second == null ? List.of(address) : List.of(address, VpnAddress.parse(second));
        } catch (MalformedException e) {
            throw damaged(e);
        }
    }

    private static List<HostPort> endpoints(String[] texts) {
        List<HostPort> endpoints = new ArrayList<>();
        for (String text : texts) {
            try {
                endpoints.add(HostPort.parse(text));
            } catch (MalformedException e) {
                throw damaged(e);
            }
        }
        return endpoints;
    }

    private static IllegalStateException damaged(MalformedException e) {
        return new IllegalStateException("the database holds what was never accepted", e);
    }
}
