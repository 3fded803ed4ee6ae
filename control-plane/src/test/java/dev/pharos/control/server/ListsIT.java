package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/**
 * No list reads a table from one end to the other once that is large: by how many rows PostgreSQL has read, not by how long it
 * took. {@code ListsBench} measures that.
 */
class ListsIT {
    private static final int HOSTS = 6_000;

    /** A page shows 500 at most, and of each there is more to tell: of two lighthouses, who hears them. */
    private static final int MOST_ROWS = 5_500;

    /** Tells of each key how many hosts depend on it, which is counted by an index alone. */
    private static final String COUNTING = "/bundle-keys";

    @Test
    void everyListUsesAnIndex() {
        Path directory = Server.temporaryDirectory();
        try (Server server = Server.on(directory, "--pharos.network=10.0.0.0/8", QueryPlans.BY_INDEX)) {
            Rest api = server.api();
            FakeAgent like = FakeAgent.joined(api, "like");
            api.post("policies", "{'name':'many','from':['any'],'to':['any'],'allow':[{'protocol':'icmp'}]}");
            ManyHosts.add(server, like.id(), 1, HOSTS);
            ManyHosts.addHistory(server, like.id(), 1, HOSTS);
            QueryPlans plans = new QueryPlans(server, directory);
            List<String> calls = Lists.calls(api).stream()
                    .filter(call -> !call.contains(COUNTING))
                    .toList();
            assertThat(calls).hasSizeGreaterThan(80);
            assertThat(calls.stream().flatMap(call -> tooMany(plans, call))).isEmpty();
            assertThat(api.get("audit-events?q=zz").status()).isEqualTo(422);
            assertThat(api.get("revisions?q=a-b-c").status()).isEqualTo(422);
        } finally {
            FileSystemUtils.deleteRecursively(directory.toFile());
        }
    }

    private static Stream<String> tooMany(QueryPlans plans, String call) {
        List<QueryPlans.Explained> statements = plans.of(call);
        assertThat(statements).as("statements of " + call).isNotEmpty();
        return statements.stream()
                .flatMap(statement -> statement.rowsRead().entrySet().stream()
                        .filter(table -> table.getValue() > MOST_ROWS)
                        .map(table -> call + " reads " + table + " rows:\n" + statement.text()));
    }
}
