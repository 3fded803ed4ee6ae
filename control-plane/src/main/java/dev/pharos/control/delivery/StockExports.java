package dev.pharos.control.delivery;

import dev.pharos.control.delivery.Snapshot.Member;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
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
        snapshot.hosts().stream().filter(host -> host.id().equals(hostId)).forEach(host -> {
            String told = BundleCompiler.told(snapshot, host).hex();
            jdbc.sql("""
                insert into host_export (host_id, exported, wanted, exported_at) values (?, ?, ?, ?)
                on conflict (host_id) do update set exported = excluded.exported, wanted = excluded.wanted,
                    exported_at = excluded.exported_at\
                """)
                    .params(hostId, told, told, Timestamp.from(clock.instant()))
                    .update();
        });
    }

    static void compare(JdbcClient jdbc, Snapshot snapshot) {
        Map<String, String> wanted = new HashMap<>();
        jdbc.sql("select e.host_id, e.wanted from host_export e join host h on h.id = e.host_id where h.network_id = ?")
                .param(snapshot.networkId())
                .query(row -> {
                    wanted.put(row.getString(1), row.getString(2));
                });
        for (Member host : snapshot.hosts()) {
            String before = wanted.get(host.id());
            if (before != null) {
                String now = BundleCompiler.told(snapshot, host).hex();
                if (!now.equals(before)) {
                    jdbc.sql("update host_export set wanted = ? where host_id = ?")
                            .params(now, host.id())
                            .update();
                }
            }
        }
    }
}
