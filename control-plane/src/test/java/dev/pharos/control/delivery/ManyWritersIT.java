package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.server.Rest;
import dev.pharos.control.server.Server;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

/** More writers than there are connections, while a compilation takes its time. */
class ManyWritersIT {
    private static final int WRITERS = 24;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Server server = Server.shared();
    private final Rest api = server.api();
    private final String network =
            api.get("networks").body().path("items").path(0).path("id").asString("");

    @Test
    void leaveTheConnectionsToOthersAndShareACompilation() throws Exception {
        Collection<BundlesCompiled> compiled = new ConcurrentLinkedQueue<>();
        server.hear(BundlesCompiled.class, compiled::add);
        long before = revision();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection other = anotherNode()) {
            lock(other, "pg_advisory_lock");
            List<CompletableFuture<Integer>> writes = IntStream.range(0, WRITERS)
                    .mapToObj(number -> CompletableFuture.supplyAsync(() -> create(number), threads))
                    .toList();

            await().atMost(LIMIT).until(() -> revision() >= before + WRITERS);
            assertThat(api.get("hosts").status()).isEqualTo(200);
            assertThat(writes).noneMatch(CompletableFuture::isDone);
            assertThat(compiled).isEmpty();

            lock(other, "pg_advisory_unlock");
            writes.forEach(write ->
                    assertThat(write.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(201));
        }
        assertThat(compiled).hasSizeBetween(1, 3);
    }

    private int create(int number) {
        return api.post(
                        "policies",
                        "{'name':'writer-" + number
                                + "','from':['any'],'to':['group:nobody-" + number
                                + "'],'allow':[{'protocol':'tcp','ports':'1'}]}")
                .status();
    }

    private long revision() {
        return server.bean(JdbcClient.class)
                .sql("select revision from network where id = ?")
                .param(network)
                .query(Long.class)
                .single();
    }

    private Connection anotherNode() throws SQLException {
        JdbcConnectionDetails database = server.bean(JdbcConnectionDetails.class);
        return DriverManager.getConnection(database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }

    private void lock(Connection connection, String function) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + function + "(" + CompileLane.LOCK_SPACE + ", hashtext(?))")) {
            statement.setString(1, network);
            statement.execute();
        }
    }
}
