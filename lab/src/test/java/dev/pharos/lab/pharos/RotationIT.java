package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Real agents on a network of curve P-256, whose bundle key and authority are replaced under them. */
class RotationIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Artefacts ARTEFACTS = Artefacts.here();

    private static Run run;
    private static Namespace lampHost;
    private static Namespace deskHost;
    private static ControlPlane controlPlane;
    private static Api api;
    private static String network;

    @BeforeAll
    static void startAControlPlane() {
        run = Run.begin();
        Segment segment = new Internet(run).segment("lan", "198.51.100");
        Namespace server = standing(segment, "server", 2);
        lampHost = standing(segment, "lamp", 3);
        deskHost = standing(segment, "desk", 4);
        controlPlane = ControlPlane.start(run, server, segment.address(2), ARTEFACTS);
        api = controlPlane.api();
        JsonNode first = api.get("/api/v1/networks").path("items").path(0);
        network = "/api/v1/networks/" + first.path("id").asString();
    }

    @AfterAll
    static void clearAway() {
        controlPlane.close();
        run.close();
    }

    @Test
    void hostsOnP256GoOnTalkingWhileTheirKeysAreReplaced() {
        api.patch(network, Map.of("curve", "P256"));
        Enrolments enrolments = new Enrolments(api);
        Agent lamp = new Agent(lampHost, ARTEFACTS, run.directory("state").resolve("lamp"));
        lamp.up(enrolments.token("lamp", "10.42.0.1", List.of()));
        api.patch(
                enrolments.resource("lamp"),
                Map.of("lighthouse", true, "relay", true, "endpoints", List.of("198.51.100.3:4242")));
        Agent desk = new Agent(deskHost, ARTEFACTS, run.directory("state").resolve("desk"));
        desk.up(enrolments.token("desk", "10.42.0.2", List.of()));
        assertThat(Ping.answersWithin(LIMIT, deskHost, "10.42.0.1")).isTrue();

        api.post(network + "/bundle-keys", Map.of());
        Await.until("both agents to trust the new bundle key", LIMIT, () -> bundleKey("retired") && allOnActiveKey());
        assertThat(Ping.answersWithin(LIMIT, lampHost, "10.42.0.2")).isTrue();

        api.post("/api/v1/certificate-authorities/rotate", Map.of("reissue", "now"));
        Await.until("both agents to enforce what is wanted", LIMIT, () -> enforced("lamp") && enforced("desk"));
        assertThat(Ping.answersWithin(LIMIT, deskHost, "10.42.0.1")).isTrue();

        assertThat(desk.stop()).isZero();
        desk.run();
        assertThat(Ping.answersWithin(LIMIT, deskHost, "10.42.0.1")).isTrue();
    }

    private static boolean bundleKey(String state) {
        return api.get(network + "/bundle-keys")
                .path("items")
                .valueStream()
                .anyMatch(key -> key.path("state").asString().equals(state));
    }

    private static boolean allOnActiveKey() {
        return api.get(network + "/bundle-keys")
                .path("items")
                .valueStream()
                .filter(key -> key.path("state").asString().equals("active"))
                .allMatch(key -> key.path("hosts").asLong() == 2);
    }

    private static boolean enforced(String name) {
        JsonNode revision = api.get(new Enrolments(api).resource(name)).path("revision");
        return revision.path("wanted").asLong() == revision.path("enforced").asLong();
    }

    private static Namespace standing(Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }
}
