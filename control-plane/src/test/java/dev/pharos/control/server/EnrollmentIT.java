package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.ContentDigest;
import dev.pharos.protocol.bundle.RequestSignature;
import dev.pharos.protocol.bundle.RequestTarget;
import dev.pharos.protocol.bundle.SigningKey;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class EnrollmentIT {
    private static final byte[] NOTHING = new byte[0];

    private final Rest api = Server.shared().api();

    @Test
    void aTokensPresetsAreWhatTheHostBecomes() {
        String token = api.post(
                        "enrollment-tokens",
                        "{'name':'preset','groups':['servers','lighthouse'],'host':{'name':'preset-host','address':'10.42.0.200'}}")
                .at("token");

        Bundle bundle = FakeAgent.with(token, "ignored").enrol();

        assertThat(bundle.own().name()).isEqualTo("preset-host");
        assertThat(bundle.own().addresses()).hasToString("[10.42.0.200/24]");
        var certificate = bundle.own().certificates().v1().orElseThrow();
        assertThat(certificate.groups()).containsExactly("lighthouse", "servers");
        assertThat(bundle.trust().authorities()).hasSize(2);
        assertThat(certificate.isSignedBy(
                        bundle.trust().authorities().getFirst().publicKey()))
                .isTrue();
        assertThat(bundle.own().rules().inbound()).isNotEmpty();
    }

    @Test
    void theSameTokenAndKeyGiveTheSameHostAgain() {
        FakeAgent agent = FakeAgent.with(token("twice", 1), "twice");

        String first = agent.enrol().manifest().host();

        assertThat(agent.enrol().manifest().host()).isEqualTo(first);
    }

    @Test
    void ofManyThatUseASingleUseTokenAtOnceOneGetsIn() {
        String token = token("race", 1);
        List<FakeAgent> agents = IntStream.range(0, 8)
                .mapToObj(i -> FakeAgent.with(token, "racer-" + i))
                .toList();

        List<HttpResponse<byte[]>> answers = atOnce(agents);

        assertThat(answers.stream().filter(answer -> answer.statusCode() == 200))
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.statusCode() != 200).map(EnrollmentIT::text))
                .hasSize(7)
                .allMatch(body -> body.contains("urn:pharos:problem:token-used-up"));
    }

    @Test
    void manyHostsOfOneTokenGetAddressesOfTheirOwn() {
        String token = token("crowd", 6);
        List<FakeAgent> agents = IntStream.range(0, 6)
                .mapToObj(i -> FakeAgent.with(token, "crowd-" + i))
                .toList();

        assertThat(atOnce(agents)).allMatch(answer -> answer.statusCode() == 200);

        Set<String> addresses = agents.stream()
                .map(agent -> agent.enrol().own().addresses().toString())
                .collect(Collectors.toSet());
        assertThat(addresses).hasSize(6);
    }

    @Test
    void hostsOfOneTokenWithANameAreNumberedAfterTheFirst() {
        String token = api.post(
                        "enrollment-tokens",
                        "{'name':'servers','maxUses':10,'expiresIn':'PT24H','groups':['servers'],"
                                + "'host':{'name':'numbered','address':'10.42.0.210'},'ephemeral':false}")
                .at("token");

        List<Bundle> bundles = Stream.generate(() -> FakeAgent.with(token, null).enrol())
                .limit(3)
                .toList();

        assertThat(bundles)
                .extracting(bundle -> bundle.own().name())
                .containsExactly("numbered", "numbered-2", "numbered-3");
        assertThat(bundles.getFirst().own().addresses()).hasToString("[10.42.0.210/24]");
        assertThat(bundles)
                .extracting(bundle -> bundle.own().addresses().toString())
                .doesNotHaveDuplicates();
    }

    @Test
    void aTokenThatIsWrongExpiredOrForATakenNameSaysSo() {
        String token = token("known", 5);
        FakeAgent.with(token, "taken-name").enrol();
        assertThat(text(FakeAgent.with(token, "taken-name").tryToEnrol())).contains("problem:name-taken");

        String brief = api.post("enrollment-tokens", "{'name':'brief','expiresIn':'PT1S'}")
                .at("token");
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() ->
                        text(FakeAgent.with(brief, "too-late").tryToEnrol()).contains("problem:token-expired"));

        String other = api.post("enrollment-tokens", "{'name':'revoked'}").at("id");
        String revoked = api.post("enrollment-tokens", "{'name':'revoked too'}").at("token");
        api.get("enrollment-tokens").body().path("items").forEach(item -> {
            if (item.path("name").asString().startsWith("revoked")) {
                api.delete("enrollment-tokens/" + item.path("id").asString());
            }
        });
        assertThat(api.get("enrollment-tokens/" + other).status()).isEqualTo(404);
        assertThat(text(FakeAgent.with(revoked, "nobody").tryToEnrol())).contains("problem:token-invalid");
    }

    @Test
    void aHostThatLeavesIsGoneAndItsNameStaysReserved() {
        FakeAgent agent = FakeAgent.joined(api, "leaver");

        assertThat(agent.send("POST", "/agent/v1/leave", "", NOTHING).statusCode())
                .isEqualTo(204);

        assertThat(api.get("hosts/" + agent.id()).status()).isEqualTo(404);
        assertThat(text(agent.send("GET", "/agent/v1/bundle", "wait=0", NOTHING)))
                .contains("host-unknown");
        assertThat(text(FakeAgent.with(token("again", 1), "leaver").tryToEnrol()))
                .contains("name-taken");
    }

    @Test
    void aRequestIsRefusedUnlessItIsSignedByTheHostForThisMomentAndOnce() {
        FakeAgent agent = FakeAgent.joined(api, "careful");
        Instant now = Instant.now();
        String nonce = agent.nonce();

        assertThat(poll(agent, nonce, now)).isLessThan(400);
        assertThat(poll(agent, nonce, now)).as("a replay").isEqualTo(401);
        assertThat(poll(agent, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", now))
                .as("a nonce of nobody's")
                .isEqualTo(401);
        assertThat(poll(agent, agent.nonce(), now.minusSeconds(301)))
                .as("a clock that is behind")
                .isEqualTo(401);
        assertThat(poll(agent, agent.nonce(), now)).isLessThan(400);
    }

    @Test
    void aForgedRequestIsRefused() {
        FakeAgent agent = FakeAgent.joined(api, "honest");
        SigningKey forger = SigningKey.generate(new SecureRandom());
        String digest = ContentDigest.of(NOTHING);
        RequestTarget target = RequestTarget.of("POST", "/agent/v1/leave", "");

        RequestSignature forged =
                RequestSignature.sign(forger, agent.id(), target, digest, Instant.now(), agent.nonce());
        assertThat(agent.sendSigned("POST", "/agent/v1/leave", "", NOTHING, digest, forged)
                        .statusCode())
                .isEqualTo(401);

        RequestSignature elsewhere = RequestSignature.sign(
                agent.identity(),
                agent.id(),
                RequestTarget.of("GET", "/agent/v1/bundle", ""),
                digest,
                Instant.now(),
                agent.nonce());
        assertThat(agent.sendSigned("POST", "/agent/v1/leave", "", NOTHING, digest, elsewhere)
                        .statusCode())
                .isEqualTo(401);

        byte[] otherBody = "{}".getBytes(StandardCharsets.UTF_8);
        RequestSignature fitting =
                RequestSignature.sign(agent.identity(), agent.id(), target, digest, Instant.now(), agent.nonce());
        assertThat(agent.sendSigned("POST", "/agent/v1/leave", "", otherBody, digest, fitting)
                        .statusCode())
                .isEqualTo(401);
        assertThat(api.get("hosts/" + agent.id()).status()).isEqualTo(200);
    }

    private static int poll(FakeAgent agent, String nonce, Instant created) {
        return agent.sendOnce("GET", "/agent/v1/bundle", "wait=0", NOTHING, nonce, created)
                .statusCode();
    }

    private static List<HttpResponse<byte[]>> atOnce(List<FakeAgent> agents) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<HttpResponse<byte[]>>> answers = agents.stream()
                    .map(agent -> CompletableFuture.supplyAsync(agent::tryToEnrol, threads))
                    .toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private String token(String name, int maxUses) {
        return api.post("enrollment-tokens", "{'name':'" + name + "','maxUses':" + maxUses + "}")
                .at("token");
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
