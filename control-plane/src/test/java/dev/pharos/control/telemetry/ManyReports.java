package dev.pharos.control.telemetry;

import dev.pharos.control.server.ManyHosts;
import dev.pharos.control.server.Server;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.PeerPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reports of {@link ManyHosts}, of a lighthouse and two neighbours each, all of them at once. */
public final class ManyReports {
    /** 10.64.0.0, from which they have their addresses. */
    private static final int FIRST_ADDRESS = 0x0A40_0000;

    /** 198.51.100.7, where all of them are heard. */
    private static final int HEARD_AT = 0xC633_6407;

    private ManyReports() {}

    /**
     * Has one of each host from the first to {@code hosts} stored; how long that took.
     *
     * @param port at which they hear each other; another one than before is another way
     */
    public static Duration store(Server server, int hosts, int port) {
        Reports reports = server.bean(Reports.class);
        Instant start = Instant.now();
        for (int host = 1; host <= hosts; host++) {
            reports.take(ManyHosts.id(host), report(host, hosts, start, port));
        }
        while (stored(server, start) < hosts) {
            reports.write();
        }
        return Duration.between(start, Instant.now());
    }

    private static HostReport report(int host, int hosts, Instant at, int port) {
        return new HostReport(
                "0.1.0",
                "linux/amd64",
                at,
                Optional.of(at),
                Optional.empty(),
                Stream.of(1, host % hosts + 1, (host + 1) % hosts + 1)
                        .distinct()
                        .map(peer -> peer(peer, at, port))
                        .toList(),
                Optional.empty(),
                List.of());
    }

    private static HostReport.Peer peer(int number, Instant at, int port) {
        return new HostReport.Peer(
                VpnAddress.ofV4(FIRST_ADDRESS + number),
                PeerPath.DIRECT,
                Optional.of(UnderlayEndpoint.ofV4(HEARD_AT, port)),
                List.of(),
                List.of(),
                Optional.of(1.5),
                Optional.of(at),
                Optional.of(at),
                1_000,
                2_000);
    }

    private static long stored(Server server, Instant since) {
        return server.bean(JdbcClient.class)
                .sql("select count(*) from host_report where reported_at >= ?")
                .param(java.sql.Timestamp.from(since))
                .query(Long.class)
                .single();
    }
}
