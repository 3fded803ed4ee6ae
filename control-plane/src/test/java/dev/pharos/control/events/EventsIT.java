package dev.pharos.control.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.api.Problem;
import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.Rest;
import dev.pharos.control.server.Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** What happens at one node is told to whoever reads at another. */
class EventsIT {
    private static final Path FIRST = Server.temporaryDirectory();
    private static final Path SECOND = Server.temporaryDirectory();
    private static Server node;
    private static Server other;
    private static Rest api;

    @BeforeAll
    static void start() {
        node = Server.on(FIRST);
        other = Server.beside(node, FIRST, SECOND);
        api = node.api();
    }

    @AfterAll
    static void stop() {
        other.close();
        node.close();
        FileSystemUtils.deleteRecursively(FIRST.toFile());
        FileSystemUtils.deleteRecursively(SECOND.toFile());
    }

    @Test
    void revisionsHostsAndPathsAreToldAtEveryNode() throws Exception {
        FakeAgent agent = FakeAgent.joined(api, "told");
        List<String> lines = new CopyOnWriteArrayList<>();
        try (AutoCloseable _ = other.api().stream("events", lines::add)) {
            await().until(() -> lines.stream().anyMatch(line -> line.equals("event:revision")));
            lines.clear();

            api.post("policies", "{'name':'told','from':['any'],'to':['any'],'allow':[{'protocol':'tcp'}]}");

            await().until(() -> lines.contains("event:revision"));
            agent.poll(1);
            agent.poll(0);
            awaitHost(lines, agent.id());
            lines.clear();
            report(agent, "direct");
            awaitHost(lines, agent.id());
            lines.clear();
            report(agent, "direct");
            report(agent, "relay:10.42.0.9");
            awaitHost(lines, agent.id());
        }
    }

    @Test
    void nobodyReadsWithoutACredentialOrOfANetworkThatIsNotThere() {
        assertThat(api.withToken("").get("events").status()).isEqualTo(401);
        assertThat(api.get("events?networkId=net_none").status()).isEqualTo(422);
    }

    @Test
    void aNodeServesSoManyStreamsAndNoMore() {
        EventStreams streams = node.bean(EventStreams.class);
        try {
            assertThatThrownBy(() -> {
                        for (int i = 0; i <= 500; i++) {
                            streams.open("net_of_nobody");
                        }
                    })
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("500 streams");
        } finally {
            streams.stop();
            streams.start();
        }
        await().ignoreException(Problem.class).until(() -> {
            streams.open("net_of_nobody");
            return true;
        });
    }

    private static void awaitHost(List<String> lines, String id) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(lines).anyMatch(line -> line.startsWith("data:") && line.contains(id)));
    }

    private static void report(FakeAgent agent, String path) {
        byte[] report =
                ("{'version':'0.1.0','platform':'linux/amd64','startedAt':'2026-01-01T00:00:00Z','peers':[{'address':"
                                + "'10.42.0.77','path':'" + path + "','bytesIn':7,'bytesOut':8}]}")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(agent.send("POST", "/agent/v1/report", "", report).statusCode())
                .isEqualTo(204);
    }
}
