package dev.pharos.control.delivery;

import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.protocol.bundle.OwnPart.Certificates;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What stock hosts were last told by a configuration, beside what they would be told now. Where the two differ the host has to
 * be given a new one, as nothing reaches it by itself.
 */
@Component
public class StockExports {
    private final JdbcClient jdbc;
    private final Clock clock;

    StockExports(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The host has just been given a configuration made from the snapshot. */
    public void exported(Snapshot snapshot, String hostId) {
        List<Member> host = snapshot.hosts().stream()
                .filter(each -> each.id().equals(hostId))
                .toList();
        told(jdbc, snapshot, host)
                .forEach((id, told) -> jdbc.sql("""
                    insert into host_export (host_id, exported, wanted, exported_at) values (?, ?, ?, ?)
                    on conflict (host_id) do update set exported = excluded.exported, wanted = excluded.wanted,
                        exported_at = excluded.exported_at\
                    """)
                        .params(id, told, told, Timestamp.from(clock.instant()))
                        .update());
    }

    /** Notes what these hosts, as far as they were given a configuration, would be told now. */
    static void compare(JdbcClient jdbc, Snapshot snapshot, Predicate<Member> concerned) {
        Set<String> exported = Set.copyOf(
                jdbc.sql("select e.host_id from host_export e join host h on h.id = e.host_id where h.network_id = ?")
                        .param(snapshot.networkId())
                        .query(String.class)
                        .list());
        List<Member> hosts = snapshot.hosts().stream()
                .filter(host -> exported.contains(host.id()) && concerned.test(host))
                .toList();
        told(jdbc, snapshot, hosts)
                .forEach((id, told) -> jdbc.sql("update host_export set wanted = ? where host_id = ? and wanted <> ?")
                        .params(told, id, told)
                        .update());
    }

    private static Map<String, String> told(JdbcClient jdbc, Snapshot snapshot, List<Member> hosts) {
        Map<String, String> told = new HashMap<>();
        Map<String, Certificates> certificates = Snapshots.certificates(jdbc, hosts);
        hosts.forEach(host -> told.put(
                host.id(),
                BundleCompiler.told(snapshot, host, Objects.requireNonNull(certificates.get(host.id())))
                        .hex()));
        return told;
    }
}
