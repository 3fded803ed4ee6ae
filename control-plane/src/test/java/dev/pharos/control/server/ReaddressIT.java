package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.cert.Certificate;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Hosts that get another name or address without joining again. */
class ReaddressIT {
    private final Rest api = Server.shared().api();

    @Test
    void anAgentsNewNameAndAddressAreInItsCertificatesWithinTheSameRevision() {
        FakeAgent agent = FakeAgent.joined(api, "moves");
        FakeAgent other = FakeAgent.joined(api, "stays");
        Certificate before = agent.bundle().own().certificates().v1().orElseThrow();

        api.patch("hosts/" + agent.id(), "{'name':'moved','address':'10.42.0.230'}");

        Bundle bundle = agent.poll(10).orElseThrow();
        assertThat(bundle.own().name()).isEqualTo("moved");
        assertThat(bundle.own().addresses()).hasToString("[10.42.0.230/24]");
        Certificate after = bundle.own().certificates().v1().orElseThrow();
        assertThat(after.name()).isEqualTo("moved");
        assertThat(after.networks()).hasToString("[10.42.0.230/24]");
        assertThat(bundle.trust().blocklist()).doesNotContain(before.fingerprint());

        agent.poll(0);
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            other.poll(0);
            assertThat(other.bundle().trust().blocklist()).contains(before.fingerprint());
        });
        assertThat(other.bundle().trust().blocklist()).doesNotContain(after.fingerprint());
    }
}
