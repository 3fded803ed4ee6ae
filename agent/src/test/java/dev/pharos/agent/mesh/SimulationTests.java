package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Sixty hosts behind NATs of all kinds, with loss, restarts and dying lighthouses, in virtual time. What happens follows
 * from the seed alone; a failure prints it.
 */
class SimulationTests {
    private static final Nat.Kind[] KINDS = Nat.Kind.values();

    private record Pair(SimulatedHost one, SimulatedHost two) {}

    private static final class World {
        private final Random random;
        private final Fleet fleet;
        private final List<SimulatedHost> lighthouses = new ArrayList<>();
        private final List<SimulatedHost> clients = new ArrayList<>();
        private final List<Pair> pairs = new ArrayList<>();

        World(long seed, int clientCount, int pairCount) {
            random = new Random(seed);
            fleet = new Fleet(seed);
            for (int i = 1; i <= 3; i++) {
                lighthouses.add(fleet.lighthouse("lighthouse-" + i));
            }
            for (int i = 1; i <= clientCount; i++) {
                String name = "host-" + i;
                int kind = random.nextInt(KINDS.length + 1);
                clients.add(kind == KINDS.length ? fleet.open(name) : fleet.behind(KINDS[kind], name));
            }
            while (pairs.size() < pairCount) {
                SimulatedHost one = any();
                SimulatedHost two = any();
                if (one != two) {
                    pairs.add(new Pair(one, two));
                }
            }
        }

        private SimulatedHost any() {
            return clients.get(random.nextInt(clients.size()));
        }

        void run() {
            Internet internet = fleet.internet();
            internet.loss(0.05);
            internet.disorder(0.02);
            SimulatedHost stranger = fleet.stranger("stranger");
            clients.forEach(client -> stranger.say(client.address(), "forbidden"));
            internet.run(Times.seconds(2));
            talkAll("first");
            restartSome();
            talkAll("after restarts");
            lighthouses.get(random.nextInt(3)).crash();
            internet.run(Times.seconds(1));
            talkAll("a lighthouse less");
            internet.run(Times.seconds(30));
            checkNobodyHeard(stranger);
            checkBounds();
            IdleCost.check(internet, fleet.hosts(), Times.seconds(60));
        }

        private void checkNobodyHeard(SimulatedHost stranger) {
            for (SimulatedHost host : fleet.hosts()) {
                assertThat(host.heard())
                        .as("heard by " + host)
                        .noneMatch(heard -> heard.text().equals("forbidden"));
            }
            assertThat(stranger.mesh().peers(fleet.internet().now())).isEmpty();
        }

        /** After a quiet while nothing is left of what is over, and no index stands for two things. */
        private void checkBounds() {
            for (SimulatedHost host : clients) {
                Set<Integer> indexes = new HashSet<>();
                Set<Integer> relayIndexes = new HashSet<>();
                for (Tunnel tunnel : host.mesh().tunnels()) {
                    assertThat(indexes.add(tunnel.localIndex())).isTrue();
                    assertThat(tunnel.peer().tunnels).hasSizeLessThanOrEqualTo(2);
                    assertThat(tunnel.peer().paths.all()).hasSizeLessThanOrEqualTo(32);
                    tunnel.relays
                            .values()
                            .forEach(relay -> assertThat(relayIndexes.add(relay.localIndex()))
                                    .isTrue());
                }
            }
        }

        private void restartSome() {
            Internet internet = fleet.internet();
            for (int i = 0; i < 15; i++) {
                SimulatedHost host = any();
                if (host.isUp()) {
                    host.remember();
                    host.crash();
                    internet.at(internet.now() + random.nextLong(Times.seconds(5)), host::boot);
                }
            }
            internet.run(Times.seconds(6));
        }

        /** Every pair exchanges a line in both directions; applications repeat what was lost, as they do. */
        private void talkAll(String occasion) {
            Internet internet = fleet.internet();
            for (int i = 0; i < pairs.size(); i++) {
                Pair pair = pairs.get(i);
                String line = occasion + " " + i;
                internet.at(internet.now() + random.nextLong(Times.seconds(3)), () -> insist(pair, line, 40));
            }
            internet.run(Times.seconds(15));
            List<String> silent = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i++) {
                if (!isDone(pairs.get(i), occasion + " " + i)) {
                    silent.add(pairs.get(i).one() + " and " + pairs.get(i).two());
                }
            }
            assertThat(silent).as("pairs that cannot talk, " + occasion).isEmpty();
        }

        private void insist(Pair pair, String line, int times) {
            if (times == 0 || isDone(pair, line)) {
                return;
            }
            pair.one().say(pair.two().address(), line);
            if (pair.two().hasHeard(pair.one().address(), line)) {
                pair.two().say(pair.one().address(), line);
            }
            Internet internet = fleet.internet();
            internet.at(internet.now() + Times.millis(250), () -> insist(pair, line, times - 1));
        }

        private static boolean isDone(Pair pair, String line) {
            return pair.two().hasHeard(pair.one().address(), line)
                    && pair.one().hasHeard(pair.two().address(), line);
        }
    }

    @Test
    void everyPairTalksThroughLossRestartsAndADyingLighthouse() {
        long seed = Long.getLong("pharos.seed", 42);
        try {
            new World(seed, 57, 200).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with -Dpharos.seed=" + seed, e);
        }
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        var first = new World(99, 12, 20);
        var second = new World(99, 12, 20);
        first.run();
        second.run();
        assertThat(first.fleet.internet().trace())
                .isEqualTo(second.fleet.internet().trace());
    }
}
