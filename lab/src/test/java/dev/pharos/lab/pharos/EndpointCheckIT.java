package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The first lighthouse of a network, behind a router: said to be at a port that is closed, and then at the one that is passed on. */
class EndpointCheckIT {
    /** A closed port is one once a minute has passed in which somebody had the time to try. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void aClosedPortIsToldFromOneThatIsPassedOn() {
        try (Run run = Run.begin()) {
            Segment lan = new Internet(run).segment("lan", "198.51.100");
            try (ControlPlane controlPlane =
                    ControlPlane.start(run, standing(run, lan, "control", 10), lan.address(10), Artefacts.here())) {
                Api api = controlPlane.api();
                Overlay overlay = Overlay.create(run, api, "home", Map.of("range", "10.43.0.0/24"));
                Router router =
                        Router.create(run, "router", lan, 30, "192.168.7", new Nat.Forwarding(4242, "192.168.7.5"));
                overlay.join("lamp", standing(run, router.inside(), "lamp", 5));
                overlay.serveAsLighthouse("lamp", "198.51.100.30:4300");
                overlay.join("laptop", standing(run, lan, "laptop", 3));
                assertThat(check(api, overlay).path("reachable").asString()).isEqualTo("unknown");

                Await.until("the closed port to be found", LIMIT, () -> {
                    // A host that is online asks anew at each change.
                    api.patch("/api/v1/networks/" + overlay.id(), Map.of("name", "home-" + System.nanoTime()));
                    return reachable(api, overlay).equals("no");
                });
                overlay.serveAsLighthouse("lamp", "198.51.100.30:4242");
                Await.until(
                        "the open port to be found",
                        LIMIT,
                        () -> reachable(api, overlay).equals("yes"));
                assertThat(check(api, overlay).path("seenBy").asInt()).isOne();
            }
        }
    }

    private static String reachable(Api api, Overlay overlay) {
        return check(api, overlay).path("reachable").asString();
    }

    private static JsonNode check(Api api, Overlay overlay) {
        JsonNode checks = api.get(overlay.resource("lamp")).path("endpointChecks");
        assertThat(checks).as(List.of(checks).toString()).hasSize(1);
        return checks.path(0);
    }

    private static Namespace standing(Run run, Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }
}
