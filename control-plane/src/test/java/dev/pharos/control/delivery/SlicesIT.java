package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.ManyHosts;
import dev.pharos.control.server.Server;
import dev.pharos.protocol.bundle.Bundle;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** A block in a network of more hosts than are told together. */
class SlicesIT {
    private static final int HOSTS = 1100;

    @Test
    void thoseWhoAreThereAreToldBeforeTheOthersAreSignedFor() throws Exception {
        Path directory = Server.temporaryDirectory();
        try (Server server = Server.on(directory, "--pharos.network=10.0.0.0/8")) {
            FakeAgent witness = FakeAgent.joined(server.api(), "witness");
            ManyHosts.add(server, witness.id(), 1, HOSTS);
            server.api().post("hosts", "{'name':'told-to-all','kind':'nebula'}");
            assertThat(witness.poll(10)).isPresent();
            int blocked = witness.bundle().trust().blocklist().size();
            online(server, 101, HOSTS);

            CompletableFuture<Integer> block;
            try (Connection slow = server.bean(DataSource.class).getConnection()) {
                slow.setAutoCommit(false);
                try (PreparedStatement lock =
                        slow.prepareStatement("select from bundle where host_id = ? for update")) {
                    lock.setString(1, ManyHosts.id(1));
                    lock.execute();
                }
                block = CompletableFuture.supplyAsync(() -> server.api()
                        .post("hosts/" + ManyHosts.id(50) + "/block", "")
                        .status());

                Bundle told = witness.poll(20).orElseThrow();
                assertThat(told.trust().blocklist()).hasSizeGreaterThan(blocked);
                assertThat(block).isNotDone();
                slow.rollback();
                slow.setAutoCommit(true);
            }
            assertThat(block.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(behind(server)).isZero();
        } finally {
            FileSystemUtils.deleteRecursively(directory.toFile());
        }
    }

    private static void online(Server server, int from, int to) {
        JdbcClient jdbc = server.bean(JdbcClient.class);
        jdbc.sql("""
            insert into host_report (host_id, last_seen)
            select 'host_many' || lpad(n::text, 22, '0'), now() + interval '1 hour' from generate_series(?, ?) n\
            """).params(from, to).update();
        await().until(() ->
                jdbc.sql("select count(*) from host_report").query(Long.class).single() == to - from + 2);
    }

    /** Bundles of a revision before the last. */
    private static long behind(Server server) {
        return server.bean(JdbcClient.class).sql("""
            select count(*) from bundle b join network n on n.id = b.network_id
            join host h on h.id = b.host_id where b.number < n.revision and not h.blocked\
            """).query(Long.class).single();
    }
}
