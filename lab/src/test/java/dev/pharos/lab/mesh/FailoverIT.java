package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.ControlPlane;
import dev.pharos.lab.pharos.Enrolments;
import dev.pharos.lab.probe.DatagramFlow;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two enrolled hosts behind routers that know a direct path and two relays, with nobody left to ask: the control plane
 * and both lighthouses, which are not the relays, have been killed.
 */
class FailoverIT {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final int PORT = 5000;

    private static final String ALICE = "10.42.0.10";
    private static final String BOB = "10.42.0.20";

    private final Artefacts artefacts = Artefacts.here();
    private Run run;
    private ControlPlane controlPlane;
    private Enrolments enrolments;
    private Agent eastLighthouse;
    private Agent westLighthouse;
    private Agent eastRelay;
    private Agent westRelay;
    private Namespace alice;
    private Namespace bob;
    private Agent aliceAgent;
    private Agent bobAgent;
    private Router aliceRouter;
    private Router bobRouter;

    @BeforeEach
    void enrolAMeshWhoseLighthousesAreNotItsRelays() {
        run = Run.begin();
        Internet internet = new Internet(run);
        Segment east = internet.segment("east", "198.51.100");
        Segment west = internet.segment("west", "203.0.113");
        controlPlane = ControlPlane.start(run, standing(east, "control", 10), "198.51.100.10", artefacts);
        enrolments = new Enrolments(controlPlane.api());
        List<String> everyone = List.of("10.42.0.0/24");
        enrolments.allow("everything", everyone, everyone, Map.of("protocol", "any"));

        eastLighthouse = enrol(standing(east, "lighthouse-east", 2), "10.42.0.1");
        westLighthouse = enrol(standing(west, "lighthouse-west", 2), "10.42.0.2");
        eastRelay = enrol(standing(east, "relay-east", 3), "10.42.0.3");
        westRelay = enrol(standing(west, "relay-west", 3), "10.42.0.4");
        designate("lighthouse-east", "lighthouse", "198.51.100.2:4242");
        designate("lighthouse-west", "lighthouse", "203.0.113.2:4242");
        designate("relay-east", "relay", "198.51.100.3:4242");
        designate("relay-west", "relay", "203.0.113.3:4242");

        aliceRouter = Router.create(run, "router-alice", east, 30, "192.168.30", new Nat.PortRestrictedCone());
        bobRouter = Router.create(run, "router-bob", west, 20, "192.168.20", new Nat.PortRestrictedCone());
        alice = standing(aliceRouter.inside(), "alice", 2);
        bob = standing(bobRouter.inside(), "bob", 2);
        aliceAgent = enrol(alice, ALICE);
        bobAgent = enrol(bob, BOB);
    }

    @AfterEach
    void clearAway() {
        try (Run _ = run) {
            controlPlane.close();
        }
    }

    @Test
    void withNobodyToAskTheyLoseTheirPathTwiceForLessThanASecondAndFindEachOtherAfterAReboot() throws Exception {
        try (DatagramFlow there = DatagramFlow.start(alice, bob, BOB, PORT);
                DatagramFlow back = DatagramFlow.start(bob, alice, ALICE, PORT)) {
            Await.until(
                    "a direct path both ways",
                    SETTLE,
                    () -> path(aliceAgent, BOB).equals("direct")
                            && path(bobAgent, ALICE).equals("direct"));
            watch(Duration.ofSeconds(5));
            controlPlane.kill();
            eastLighthouse.kill();
            westLighthouse.kill();
            watch(Duration.ofSeconds(2));

            there.mark();
            back.mark();
            aliceRouter.shut(bobRouter.address());
            watch(Duration.ofSeconds(3));
            assertThat(there.longestGap()).as("there, direct path cut").isLessThan(ONE_SECOND);
            assertThat(back.longestGap()).as("back, direct path cut").isLessThan(ONE_SECOND);

            String carrying = path(aliceAgent, BOB);
            assertThat(carrying).isIn("relay:relay-east", "relay:relay-west");
            there.mark();
            back.mark();
            (carrying.endsWith("east") ? eastRelay : westRelay).kill();
            watch(Duration.ofSeconds(3));
            assertThat(there.longestGap()).as("there, relay killed").isLessThan(ONE_SECOND);
            assertThat(back.longestGap()).as("back, relay killed").isLessThan(ONE_SECOND);

            bobAgent.kill();
            bobAgent.run();
            long reached = there.received();
            long answered = back.received();
            Await.until(
                    "bob and alice to find each other by what bob's disk remembers",
                    SETTLE,
                    () -> there.received() > reached + 100 && back.received() > answered + 100);
        }
    }

    private Namespace standing(Segment segment, String name, int last) {
        Namespace namespace = Namespace.create(run, name);
        segment.attach(namespace, "eth0", last);
        return namespace;
    }

    private Agent enrol(Namespace at, String overlay) {
        Agent agent = new Agent(at, artefacts, run.directory("state").resolve(at.name()));
        agent.up(enrolments.token(at.name(), overlay, List.of()));
        return agent;
    }

    private void designate(String name, String role, String endpoint) {
        controlPlane.api().patch(enrolments.resource(name), Map.of(role, true, "endpoints", List.of(endpoint)));
    }

    /** Lets time pass under the eyes of the flows; what is waited for never comes. */
    private static void watch(Duration time) {
        assertThat(Await.holdsWithin(time, () -> false)).isFalse();
    }

    private static String path(Agent at, String peer) {
        return at.status().flatMap(status -> status.pathTo(peer)).orElse("none");
    }
}
