package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.DatagramFlow;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hosts behind routers that know a direct path and two relays, with no lighthouse left to ask. */
class FailoverIT {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final int PORT = 5000;

    private static final String LIGHTHOUSE = "10.42.0.1";
    private static final String EAST_RELAY = "10.42.0.2";
    private static final String WEST_RELAY = "10.42.0.3";
    private static final String ALICE = "10.42.0.10";
    private static final String BOB = "10.42.0.20";

    private Run run;
    private NebulaAuthority authority;
    private Namespace alice;
    private Namespace bob;
    private Router aliceRouter;
    private Router bobRouter;
    private Daemon lighthouse;
    private Daemon eastRelay;
    private Daemon westRelay;

    @BeforeEach
    void startAMeshWithItsLighthouseApartFromItsRelays() throws Exception {
        run = Run.begin();
        authority = new NebulaAuthority(run.directory("pki"));
        Internet internet = new Internet(run);
        Segment east = internet.segment("east", "198.51.100");
        Segment west = internet.segment("west", "203.0.113");
        lighthouse = start(standing(east, "lighthouse", 2), LIGHTHOUSE, Role.LIGHTHOUSE);
        eastRelay = start(standing(east, "relay-east", 3), EAST_RELAY, Role.RELAY);
        westRelay = start(standing(west, "relay-west", 3), WEST_RELAY, Role.RELAY);
        aliceRouter = Router.create(run, "router-alice", east, 30, "192.168.30", new Nat.PortRestrictedCone());
        bobRouter = Router.create(run, "router-bob", west, 20, "192.168.20", new Nat.PortRestrictedCone());
        alice = standing(aliceRouter.inside(), "alice", 2);
        bob = standing(bobRouter.inside(), "bob", 2);
        start(alice, ALICE, Role.CLIENT);
        start(bob, BOB, Role.CLIENT);
    }

    @AfterEach
    void clearAway() {
        run.close();
    }

    @Test
    void bothDirectionsGoOnWithinASecondOfLosingTheirPathTwice() throws Exception {
        try (DatagramFlow there = DatagramFlow.start(alice, bob, BOB, PORT);
                DatagramFlow back = DatagramFlow.start(bob, alice, ALICE, PORT)) {
            Await.until(
                    "a direct path both ways",
                    SETTLE,
                    () -> path(alice, BOB).equals("direct") && path(bob, ALICE).equals("direct"));
            watch(Duration.ofSeconds(5));
            lighthouse.kill();
            watch(Duration.ofSeconds(2));

            there.mark();
            back.mark();
            aliceRouter.shut(bobRouter.address());
            watch(Duration.ofSeconds(3));
            assertThat(there.longestGap()).as("there, direct path cut").isLessThan(ONE_SECOND);
            assertThat(back.longestGap()).as("back, direct path cut").isLessThan(ONE_SECOND);

            String carrying = path(alice, BOB);
            assertThat(carrying).startsWith("relay:");
            there.mark();
            back.mark();
            relay(carrying).kill();
            watch(Duration.ofSeconds(3));
            assertThat(there.longestGap()).as("there, relay killed").isLessThan(ONE_SECOND);
            assertThat(back.longestGap()).as("back, relay killed").isLessThan(ONE_SECOND);
        }
    }

    private Namespace standing(Segment segment, String name, int last) {
        Namespace namespace = Namespace.create(run, name);
        segment.attach(namespace, "eth0", last);
        return namespace;
    }

    private Daemon start(Namespace at, String overlay, Role role) throws Exception {
        List<Lighthouse> lighthouses =
                role == Role.LIGHTHOUSE ? List.of() : List.of(new Lighthouse(LIGHTHOUSE, "198.51.100.2:4242"));
        List<String> throughRelays = role == Role.CLIENT ? List.of(EAST_RELAY, WEST_RELAY) : List.of();
        NebulaConfig config = new NebulaConfig(
                authority.issue(at.name(), overlay + "/24", List.of()),
                role,
                lighthouses,
                throughRelays,
                NebulaConfig.OPEN);
        return Program.PHAROS.start(run, at, config);
    }

    /** Lets time pass under the eyes of the flows; what is waited for never comes. */
    private static void watch(Duration time) {
        assertThat(Await.holdsWithin(time, () -> false)).isFalse();
    }

    private String path(Namespace at, String peer) {
        return new Agent(at, Artefacts.here(), run.directory("state").resolve(at.name()))
                .status()
                .flatMap(status -> status.pathTo(peer))
                .orElse("none");
    }

    private Daemon relay(String path) {
        return path.contains(EAST_RELAY) || path.contains("relay-east") ? eastRelay : westRelay;
    }
}
