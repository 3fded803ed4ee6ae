package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.ManyHosts;
import dev.pharos.control.server.Server;
import dev.pharos.protocol.cert.Certificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** Certificates of many hosts that are due at once: no transaction and no compilation is of many. */
class RenewalIT {
    private static final int HOSTS = Integer.getInteger("pharos.hosts", 250);
    private static final int AT_ONCE = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String DUE =
            "select count(distinct host_id) from certificate where current and not_before < now() - interval '10 days'";

    /** How many hosts were given theirs by the same transaction, as it began. */
    private static final String LARGEST_TRANSACTION = """
        select max(hosts) from (
            select count(distinct host_id) as hosts from certificate where current group by xmin::text) together\
        """;

    @Test
    void areRenewedAFewAtATime() {
        Path directory = Server.temporaryDirectory();
        try (Server server = Server.on(directory, "--pharos.network=10.0.0.0/8")) {
            FakeAgent like = FakeAgent.joined(server.api(), "like");
            Certificate before = like.bundle().own().certificates().v2().orElseThrow();
            ManyHosts.add(server, like.id(), 1, HOSTS);
            ManyHosts.addHistory(server, like.id(), 1, HOSTS);
            server.api().post("hosts", "{'name':'told-to-all','kind':'nebula'}");
            JdbcClient jdbc = server.bean(JdbcClient.class);
            jdbc.sql("update certificate set not_before = not_before - interval '11 days'")
                    .update();
            assertThat(count(jdbc, DUE)).isEqualTo(HOSTS + 1);
            Collection<BundlesCompiled> compiled = new ConcurrentLinkedQueue<>();
            server.hear(BundlesCompiled.class, compiled::add);

            await().atMost(LIMIT).until(() -> {
                server.bean(Upkeep.class).renewCertificates();
                return count(jdbc, DUE) == 0;
            });

            assertThat(count(jdbc, LARGEST_TRANSACTION)).isBetween(1L, (long) AT_ONCE);
            assertThat(compiled).isNotEmpty().allMatch(each -> each.ownParts() <= AT_ONCE);
            like.poll(5);
            assertThat(like.bundle().own().certificates().v2().orElseThrow()).isNotEqualTo(before);
            assertThat(count(
                            jdbc,
                            "select count(distinct host_id) from certificate where current and superseded_at is null"))
                    .isEqualTo(HOSTS + 1);
        } finally {
            FileSystemUtils.deleteRecursively(directory.toFile());
        }
    }

    private static long count(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
