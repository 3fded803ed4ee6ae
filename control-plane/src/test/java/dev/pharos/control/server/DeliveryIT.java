package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.TopologyPart.Lighthouse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeliveryIT {
    private final Rest api = Server.shared().api();

    @Test
    void aChangedPolicyReachesAWaitingAgentWithinASecond() throws Exception {
        FakeAgent agent = FakeAgent.joined(api, "pushed", "pushed-group");
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            int port = 1000 + round;
            CompletableFuture<Optional<Bundle>> poll = CompletableFuture.supplyAsync(() -> agent.poll(30));
            awaitParked(agent);
            long start = System.nanoTime();
            Answer created = api.post(
                    "policies",
                    "{'name':'push-" + round + "','from':['any'],'to':['group:pushed-group'],"
                            + "'allow':[{'protocol':'tcp','ports':'" + port + "'}]}");
            assertThat(created.status()).isEqualTo(201);
            Bundle bundle = poll.get(5, TimeUnit.SECONDS).orElseThrow();
            millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
            assertThat(bundle.own().rules().inbound()).extracting(Rule::ports).contains(new PortRange(port, port));
        }
        Collections.sort(millis);
        System.out.println("policy change to bundle, ms, sorted: " + millis);
        assertThat(millis.get(millis.size() / 2)).isLessThan(1000);
    }

    @Test
    void aBlockedHostIsListedByTheOthersAndToldSoItself() {
        FakeAgent bystander = FakeAgent.joined(api, "bystander");
        FakeAgent villain = FakeAgent.joined(api, "villain");
        settle(bystander);
        var fingerprints = List.of(
                villain.bundle().own().certificates().v1().orElseThrow().fingerprint(),
                villain.bundle().own().certificates().v2().orElseThrow().fingerprint());

        api.post("hosts/" + villain.id() + "/block", "");

        assertThat(bystander.poll(10).orElseThrow().trust().blocklist()).containsAll(fingerprints);
        assertThat(problem(villain.tryToPoll(villain.bundle().revision(), 0).body()))
                .contains("host-blocked");

        api.post("hosts/" + villain.id() + "/unblock", "");

        assertThat(bystander.poll(10).orElseThrow().trust().blocklist()).doesNotContainAnyElementsOf(fingerprints);
        assertThat(villain.tryToPoll(villain.bundle().revision(), 0).statusCode())
                .isLessThan(400);
        assertThat(problem(villain.tryToPoll(villain.bundle().revision(), 0).body()))
                .doesNotContain("host-blocked");
    }

    @Test
    void aLighthouseIsKnownToAllAndAnswersAtItsEndpoint() {
        FakeAgent client = FakeAgent.joined(api, "client-of-light");
        FakeAgent light = FakeAgent.joined(api, "light");
        settle(client);

        Answer changed =
                api.patch("hosts/" + light.id(), "{'lighthouse':true,'relay':true,'endpoints':['203.0.113.5:4242']}");

        assertThat(changed.status()).isEqualTo(200);
        VpnAddress address = light.bundle().own().addresses().getFirst().address();
        Bundle seen = client.poll(10).orElseThrow();
        assertThat(seen.topology().lighthouses())
                .extracting(Lighthouse::address)
                .contains(address);
        assertThat(seen.topology().relays()).contains(address);
        Bundle own = light.poll(10).orElseThrow();
        assertThat(own.own().lighthouse()).isTrue();
        assertThat(own.own().listenPort()).isEqualTo(4242);
        assertThat(own.own().advertise()).hasToString("[203.0.113.5:4242]");
    }

    @Test
    void aHostThatLosesAGroupGetsOtherCertificatesAndTheOldOnesAreTakenBack() {
        FakeAgent other = FakeAgent.joined(api, "other");
        FakeAgent demoted = FakeAgent.joined(api, "demoted", "admins");
        settle(other);
        var before = demoted.bundle().own().certificates().v2().orElseThrow();
        assertThat(before.groups()).containsExactly("admins");

        api.patch("hosts/" + demoted.id(), "{'groups':[]}");

        Bundle after = demoted.poll(10).orElseThrow();
        assertThat(after.own().certificates().v2().orElseThrow().groups()).isEmpty();
        assertThat(demoted.poll(0)).isEmpty();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> other.poll(5).isPresent()
                        && other.bundle().trust().blocklist().contains(before.fingerprint()));
        assertThat(other.bundle().trust().blocklist())
                .doesNotContain(after.own().certificates().v2().orElseThrow().fingerprint());
    }

    @Test
    void aHostIsWantedToEnforceWhatItsOwnBundleLastBecame() {
        FakeAgent touched = FakeAgent.joined(api, "touched", "touched-group");
        FakeAgent untouched = FakeAgent.joined(api, "untouched");
        settle(touched);
        settle(untouched);
        long before = wanted(untouched);

        api.post(
                "policies",
                "{'name':'touching','from':['any'],'to':['group:touched-group'],'allow':[{'protocol':'udp','ports':'53'}]}");

        assertThat(wanted(untouched)).isEqualTo(before);
        assertThat(wanted(touched)).isGreaterThan(before);
        settle(touched);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(revision(touched, "enforced")).isEqualTo(wanted(touched)));
        assertThat(api.get("hosts/" + touched.id()).at("state")).isEqualTo("online");
    }

    @Test
    void whenAHostBeganToEnforceWhatItDoesIsNotWhenItLastSaidSo() {
        FakeAgent agent = FakeAgent.joined(api, "steady");
        settle(agent);
        String since = enforcedAt(agent);
        String seen = api.get("hosts/" + agent.id()).at("lastSeenAt");

        await().atMost(Duration.ofSeconds(5)).until(() -> {
            agent.poll(0);
            return !api.get("hosts/" + agent.id()).at("lastSeenAt").equals(seen);
        });

        assertThat(enforcedAt(agent)).isEqualTo(since);
        api.patch("hosts/" + agent.id(), "{'groups':['steady-group']}");
        settle(agent);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(enforcedAt(agent)).isGreaterThan(since));
    }

    private String enforcedAt(FakeAgent agent) {
        return await().atMost(Duration.ofSeconds(5))
                .until(
                        () -> api.get("hosts/" + agent.id())
                                .body()
                                .path("revision")
                                .path("enforcedAt")
                                .asString(""),
                        text -> !text.isEmpty());
    }

    @Test
    void aPollIsAnsweredWhenItsTimeIsOver() {
        FakeAgent agent = FakeAgent.joined(api, "patient");
        settle(agent);
        long start = System.nanoTime();
        assertThat(agent.poll(2)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(10));

        for (int i = 0; i < 200; i++) {
            assertThat(agent.poll(0)).isEmpty();
        }
    }

    @Test
    void onesOwnPartIsNotForOthers() {
        FakeAgent one = FakeAgent.joined(api, "one");
        FakeAgent two = FakeAgent.joined(api, "two");
        Digest own = one.bundle().manifest().parts().own();

        assertThat(one.send("GET", "/agent/v1/parts/" + own, "", new byte[0]).statusCode())
                .isEqualTo(200);
        assertThat(two.send("GET", "/agent/v1/parts/" + own, "", new byte[0]).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aRevisionThatNobodyHasSignedChangesNothing() {
        FakeAgent agent = FakeAgent.joined(api, "liar");
        Revision known = agent.bundle().revision().revision();
        RevisionId later = new RevisionId(
                new Revision(known.epoch(), known.number() + 1000),
                Digest.of("never signed".getBytes(StandardCharsets.UTF_8)));

        assertThat(agent.tryToPoll(later, 10).statusCode()).isEqualTo(409);

        assertThat(FakeAgent.joined(api, "after-the-liar")
                        .bundle()
                        .revision()
                        .revision()
                        .epoch())
                .isEqualTo(known.epoch());
    }

    @Test
    void aReportIsShownWithTheHost() {
        FakeAgent agent = FakeAgent.joined(api, "reporter");
        FakeAgent peer = FakeAgent.joined(api, "reported");
        String address = peer.bundle().own().addresses().getFirst().address().toString();
        byte[] report =
                ("{'version':'0.1.0','platform':'linux/amd64','startedAt':'2026-01-01T00:00:00Z','peers':[{'address':'"
                                + address
                                + "','path':'direct','endpoint':'198.51.100.7:4242','rttMs':1.25,"
                                + "'lastHandshake':'2026-01-01T00:00:00Z','lastHeard':'2026-01-01T00:00:01Z','bytesIn':7,'bytesOut':8}]}")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(agent.send("POST", "/agent/v1/report", "", report).statusCode())
                .isEqualTo(204);

        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        !api.get("hosts/" + agent.id()).body().path("peers").isEmpty());
        var shown = api.get("hosts/" + agent.id()).body().path("peers").path(0);
        assertThat(shown.path("name").asString()).isEqualTo("reported");
        assertThat(shown.path("path").asString()).isEqualTo("direct");
        assertThat(shown.path("rttMs").asDouble()).isEqualTo(1.25);
    }

    /** Takes whatever is pending, so that the next bundle is the next change. */
    private static void settle(FakeAgent agent) {
        while (agent.poll(0).isPresent()) {
            assertThat(agent.bundle()).isNotNull();
        }
    }

    /** Its poll has been counted as a sighting; what it enforces is what it has. */
    private void awaitParked(FakeAgent agent) {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> revision(agent, "enforced")
                        == agent.bundle().revision().revision().number());
    }

    private long wanted(FakeAgent agent) {
        return revision(agent, "wanted");
    }

    private long revision(FakeAgent agent, String which) {
        return api.get("hosts/" + agent.id())
                .body()
                .path("revision")
                .path(which)
                .asLong();
    }

    private static String problem(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
