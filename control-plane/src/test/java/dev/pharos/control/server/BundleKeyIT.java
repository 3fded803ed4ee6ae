package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.EnrollmentToken;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The key that signs bundles is replaced: by a bundle that the old one signs, for each host in its own time. */
class BundleKeyIT {
    private final Rest api = Server.shared().api();

    @Test
    void hostsMoveToANewBundleKeyEachByABundleThatTheOldOneSigned() throws Exception {
        String network = network("key-replaced", "10.60.0.0/24");
        FakeAgent connected = joined(network, "connected");
        FakeAgent away = joined(network, "away");
        String unused = token(network, "unused");
        String old = keys(network).path(0).path("fingerprint").asString();

        JsonNode fresh = api.post("networks/" + network + "/bundle-keys", "").body();

        assertThat(fresh.path("state").asString()).isEqualTo("active");
        assertThat(keys(network)).hasSize(2);
        movesOver(connected, old, fresh.path("fingerprint").asString());
        assertThat(EnrollmentToken.parse(token(network, "after")).bundleKey())
                .hasToString(fresh.path("fingerprint").asString());
        Bundle first = FakeAgent.with(unused, "by-an-old-token").enrol();
        assertThat(first.manifest().successorKey()).isPresent();
        FakeAgent.with(token(network, "new"), "by-a-new-token").enrol();
        assertThat(keys(network).path(0).path("state").asString()).isEqualTo("replaced");
        assertThat(keys(network).path(0).path("hosts").asLong()).isEqualTo(2);

        movesOver(away, old, fresh.path("fingerprint").asString());
    }

    @Test
    void aReplacedKeyIsWipedWhenNobodyNeedsItAnyMore() {
        String network = network("key-wiped", "10.61.0.0/24");
        FakeAgent last = joined(network, "last");
        String old = keys(network).path(0).path("id").asString();
        JsonNode second = api.post("networks/" + network + "/bundle-keys", "").body();
        JsonNode third = api.post("networks/" + network + "/bundle-keys", "").body();
        assertThat(sealed(old)).isTrue();

        movesOver(
                last,
                keys(network).path(0).path("fingerprint").asString(),
                third.path("fingerprint").asString());

        await().atMost(Duration.ofSeconds(10))
                .until(() -> keys(network).path(0).path("state").asString().equals("retired"));
        assertThat(sealed(old)).isFalse();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !sealed(second.path("id").asString()));
        assertThat(sealed(third.path("id").asString())).isTrue();
    }

    /** First hears of the new key by the old one, then takes the new one's word. */
    private static void movesOver(FakeAgent agent, String old, String fresh) {
        Bundle announced = agent.poll(10).orElseThrow();
        assertThat(announced.manifest().successorKey().orElseThrow().pin()).hasToString(fresh);
        assertThat(agent.signedBy()).hasToString(old);
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            agent.poll(5);
            return agent.signedBy().toString().equals(fresh);
        });
        assertThat(agent.bundle().manifest().successorKey()).isEmpty();
    }

    private static boolean sealed(String keyId) {
        return Server.shared()
                .bean(JdbcClient.class)
                .sql("select exists (select from secret where name = ?)")
                .param("bundle:" + keyId)
                .query(Boolean.class)
                .single();
    }

    private JsonNode keys(String network) {
        return api.get("networks/" + network + "/bundle-keys").body().path("items");
    }

    private String network(String name, String range) {
        return api.post("networks", "{'name':'" + name + "','range':'" + range + "'}")
                .at("id");
    }

    private FakeAgent joined(String network, String name) {
        FakeAgent agent = FakeAgent.with(token(network, name), name);
        agent.enrol();
        return agent;
    }

    private String token(String network, String name) {
        return api.post("enrollment-tokens", "{'name':'" + name + "','networkId':'" + network + "'}")
                .at("token");
    }
}
