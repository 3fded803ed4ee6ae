package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.delivery.Bundles.Signers;
import dev.pharos.control.delivery.SignedBundles.Signed;
import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.Rest;
import dev.pharos.control.server.Server;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A control plane of tomorrow beside an agent of today. */
class CriticalFieldIT {
    private final Server server = Server.shared();
    private final Rest api = server.api();

    @Test
    void anAgentThatDoesNotKnowACriticalFieldKeepsItsBundleAndTheOperatorIsTold() throws Exception {
        FakeAgent agent = FakeAgent.joined(api, "of-today");
        agent.poll(0);
        Manifest before = agent.bundle().manifest();

        publish(agent, List.of("own.invented-tomorrow"));

        assertThatThrownBy(() -> agent.poll(5))
                .hasMessageContaining("own.invented-tomorrow")
                .hasMessageContaining("update");
        assertThat(agent.bundle().manifest()).isEqualTo(before);
        report(agent, "this agent does not know own.invented-tomorrow");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(api.get("hosts/" + agent.id())
                                .body()
                                .path("refused")
                                .path("number")
                                .asLong())
                        .isEqualTo(before.revision().number() + 1));
        var shown = api.get("hosts/" + agent.id()).body();
        assertThat(shown.path("refused").path("reason").asString("")).contains("own.invented-tomorrow");
        assertThat(shown.path("revision").path("wanted").asLong())
                .isGreaterThan(shown.path("revision").path("enforced").asLong());
    }

    /** As the next version would: the same parts under the next number, with a field that this version does not have. */
    private void publish(FakeAgent agent, List<String> critical) {
        Manifest now = agent.bundle().manifest();
        JdbcClient jdbc = server.bean(JdbcClient.class);
        String key = BundleKeys.activeId(jdbc, now.network());
        Revision next = new Revision(now.revision().epoch(), now.revision().number() + 1);
        Manifest manifest = new Manifest(
                now.schema(),
                now.network(),
                now.host(),
                next,
                now.issuedAt(),
                now.parts(),
                critical,
                now.successorKey());
        SignedBundles.store(
                jdbc,
                now.network(),
                next,
                Instant.now(),
                List.of(new Signed(
                        now.host(),
                        now.parts(),
                        critical,
                        new Signers(key, Optional.empty()),
                        server.bean(BundleKeys.class).signer(key).sign(manifest))));
    }

    private void report(FakeAgent agent, String reason) {
        Revision refused = agent.bundle().manifest().revision();
        byte[] report = ("{'version':'0.1.0','platform':'linux/amd64','startedAt':'2026-01-01T00:00:00Z','peers':[],"
                        + "'refused':{'revision':{'epoch':" + refused.epoch() + ",'number':" + (refused.number() + 1)
                        + "},'reason':'" + reason + "'}}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
        assertThat(agent.send("POST", "/agent/v1/report", "", report).statusCode())
                .isEqualTo(204);
    }
}
