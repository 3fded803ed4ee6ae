package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.EnrollmentPending;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Hosts that join and wait until somebody lets them in. */
class ApprovalIT {
    private static final byte[] NOTHING = new byte[0];

    private final Rest api = Server.shared().api();

    @Test
    void aHostThatWaitsIsKnownToItsAdministratorAndToNobodyElse() throws Exception {
        FakeAgent other = FakeAgent.joined(api, "not-waiting");
        FakeAgent agent = FakeAgent.with(token("patiently"), null);

        String id = askToJoin(agent);

        assertThat(askToJoin(agent)).as("the same host when it asks again").isEqualTo(id);
        assertThat(api.get("hosts/" + id).at("state")).isEqualTo("pending");
        assertThat(api.get("hosts/" + id).body().path("certificateExpiresAt").isString())
                .isFalse();
        assertThat(api.get("certificates?hostId=" + id).body().path("items")).isEmpty();
        while (other.poll(0).isPresent()) {
            assertThat(other.bundle()).isNotNull();
        }
        assertThat(other.bundle().names().hosts().toString()).doesNotContain("patiently");
        agent.knownAs(id);
        assertThat(text(agent.send("POST", "/agent/v1/report", "", "{}".getBytes(StandardCharsets.UTF_8))))
                .contains("problem:host-pending");
        assertThat(text(agent.send(
                        "GET",
                        "/agent/v1/parts/" + other.bundle().manifest().parts().names(),
                        "",
                        NOTHING)))
                .contains("problem:host-pending");
        api.patch("hosts/" + id, "{'groups':['servers']}");
        assertThat(api.get("certificates?hostId=" + id).body().path("items"))
                .as("a change is no approval")
                .isEmpty();
    }

    @Test
    void anApprovedHostGoesOnAtOnce() throws Exception {
        FakeAgent agent = FakeAgent.with(token("approved"), null);
        String id = askToJoin(agent);
        agent.knownAs(id);
        CompletableFuture<HttpResponse<byte[]>> poll =
                CompletableFuture.supplyAsync(() -> agent.send("GET", "/agent/v1/bundle", "wait=50", NOTHING));
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(() -> !poll.isDone());

        assertThat(api.post("hosts/" + id + "/approve", "").at("state")).isNotEqualTo("pending");

        assertThat(poll.get(5, java.util.concurrent.TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        Bundle bundle = agent.enrol();
        assertThat(bundle.manifest().host()).isEqualTo(id);
        assertThat(bundle.own().certificates().v1()).isPresent();
        assertThat(api.post("hosts/" + id + "/approve", "").status())
                .as("once more changes nothing")
                .isEqualTo(200);
        assertThat(api.get("audit-events?limit=500").text()).contains("host.approve");
    }

    @Test
    void aHostGoesOnWaitingWhenItsTokenIsGone() throws Exception {
        String token = token("orphan");
        FakeAgent agent = FakeAgent.with(token, null);
        String id = askToJoin(agent);
        api.get("enrollment-tokens?limit=500").body().path("items").forEach(item -> {
            if (item.path("name").asString().equals("orphan")) {
                api.delete("enrollment-tokens/" + item.path("id").asString());
            }
        });

        assertThat(askToJoin(agent)).isEqualTo(id);
        api.post("hosts/" + id + "/approve", "");
        assertThat(agent.enrol().manifest().host()).isEqualTo(id);
        assertThat(text(FakeAgent.with(token, "stranger").tryToEnrol())).contains("token-invalid");
    }

    @Test
    void aHostThatIsTurnedAwayIsToldSoAndLeavesNothing() throws Exception {
        FakeAgent agent = FakeAgent.with(token("unwanted"), null);
        String id = askToJoin(agent);
        agent.knownAs(id);

        api.delete("hosts/" + id);

        assertThat(text(agent.send("GET", "/agent/v1/bundle", "wait=0", NOTHING)))
                .contains("problem:host-unknown");
        assertThat(api.post("hosts", "{'name':'unwanted','kind':'nebula'}").status())
                .isEqualTo(201);
    }

    private String token(String name) {
        return api.post("enrollment-tokens", "{'name':'" + name + "','approval':true,'host':{'name':'" + name + "'}}")
                .at("token");
    }

    private static String askToJoin(FakeAgent agent) throws Exception {
        HttpResponse<byte[]> answer = agent.tryToEnrol();
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(202);
        return ControlJson.read(EnrollmentPending.class, answer.body(), ControlJson.MAX_ENVELOPE_BYTES)
                .host();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
