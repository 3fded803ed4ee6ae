package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** Two equal nodes on one database: what is changed at one reaches an agent that waits at the other. */
class TwoNodesIT {
    @Test
    void aChangeAtOneNodeWakesAPollAtTheOther() throws Exception {
        Path oneDirectory = Server.temporaryDirectory();
        Path otherDirectory = Server.temporaryDirectory();
        try (Server one = Server.on(oneDirectory);
                Server other = Server.beside(one, oneDirectory, otherDirectory)) {
            FakeAgent agent =
                    FakeAgent.joined(one.api(), "between", "between-group").at(other.url());
            assertThat(other.api().get("hosts").body().path("items")).hasSize(1);
            assertThat(agent.bundle().topology().controlPlane().urls()).containsExactly(one.url(), other.url());
            List<Long> millis = new ArrayList<>();
            for (int round = 0; round < 10; round++) {
                int port = 2000 + round;
                CompletableFuture<Optional<Bundle>> poll = CompletableFuture.supplyAsync(() -> agent.poll(30));
                awaitSeen(one.api(), agent);
                long start = System.nanoTime();
                one.api()
                        .post(
                                "policies",
                                "{'name':'far-" + round + "','from':['any'],'to':['group:between-group'],"
                                        + "'allow':[{'protocol':'tcp','ports':'" + port + "'}]}");
                Bundle bundle = poll.get(5, TimeUnit.SECONDS).orElseThrow();
                millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
                assertThat(bundle.own().rules().inbound())
                        .extracting(Rule::ports)
                        .contains(new PortRange(port, port));
            }
            Collections.sort(millis);
            System.out.println("policy change at one node to bundle at the other, ms, sorted: " + millis);
            assertThat(millis.get(millis.size() / 2)).isLessThan(1000);
        }
        FileSystemUtils.deleteRecursively(oneDirectory);
        FileSystemUtils.deleteRecursively(otherDirectory);
    }

    @Test
    void aSessionOutlivesTheNodeItBeganAt() {
        Path oneDirectory = Server.temporaryDirectory();
        Path otherDirectory = Server.temporaryDirectory();
        try (Server one = Server.on(oneDirectory)) {
            Browser browser;
            try (Server other = Server.beside(one, oneDirectory, otherDirectory)) {
                browser = Browser.signedIn(
                        other, other.api().post("sign-in-links", "").at("url"));
                assertThat(browser.send("GET", "session", "").status()).isEqualTo(200);
            }
            assertThat(browser.at(one).send("GET", "session", "").status()).isEqualTo(200);
        } finally {
            FileSystemUtils.deleteRecursively(oneDirectory.toFile());
            FileSystemUtils.deleteRecursively(otherDirectory.toFile());
        }
    }

    private static void awaitSeen(Rest api, FakeAgent agent) {
        long number = agent.bundle().revision().revision().number();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get("hosts/" + agent.id())
                                .body()
                                .path("revision")
                                .path("enforced")
                                .asLong()
                        == number);
    }
}
