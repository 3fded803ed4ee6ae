package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A large mesh in virtual time. Every run takes a few hundred hosts; {@code -Dpharos.full=true}, which
 * {@code ./pharos test --full} sets, takes two thousand and then twenty seeds of three hundred.
 * {@code -Dpharos.seed=N} replays one seed, {@code -Dpharos.hosts=N} says with how many hosts.
 */
class CityTests {
    private static final boolean FULL = Boolean.getBoolean("pharos.full");
    private static final int PAIRS_PER_HOST = 2;

    @Test
    void everyPermittedPairTalksWithinTheBoundWhateverHappens() {
        live(Long.getLong("pharos.seed", 7), Integer.getInteger("pharos.hosts", FULL ? 2000 : 100));
    }

    @Test
    void otherSeedsHoldTheSame() {
        for (long seed = 100; seed < (FULL ? 120 : 101); seed++) {
            live(seed, FULL ? 300 : 40);
        }
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        assertThat(live(3, 20)).isEqualTo(live(3, 20));
    }

    private static long live(long seed, int hosts) {
        long start = System.nanoTime();
        try {
            var city = new City(seed, hosts, PAIRS_PER_HOST);
            city.live();
            long used =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            System.out.printf(
                    "seed %d: %s; %.1f s, %d MB%n", seed, city, (System.nanoTime() - start) / 1e9, used >> 20);
            return city.trace();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with -Dpharos.seed=" + seed + " -Dpharos.hosts=" + hosts, e);
        }
    }
}
