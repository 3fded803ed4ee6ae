package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IntMapTests {

    @Property(tries = 200)
    void behavesLikeAHashMap(@ForAll long seed) {
        Random random = new Random(seed);
        IntMap<String> map = new IntMap<>();
        Map<Integer, String> model = new HashMap<>();
        // Few keys, and such that share their home slot, so that runs grow, wrap round and are broken up.
        int[] keys = new int[40];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = random.nextBoolean() ? random.nextInt(1, 64) : random.nextInt(1, 64) << 20 | 15;
        }
        for (int i = 0; i < 400; i++) {
            int key = keys[random.nextInt(keys.length)];
            if (random.nextInt(3) == 0) {
                map.remove(key);
                model.remove(key);
            } else {
                map.put(key, "value " + i);
                model.put(key, "value " + i);
            }
        }
        assertThat(map.size()).isEqualTo(model.size());
        for (int key : keys) {
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
    }

    /** Whoever looks finds what was put before and not taken away, also while buckets change and grow. */
    @Test
    void othersMayLookWhileItChanges() throws Exception {
        IntMap<Integer> map = new IntMap<>();
        for (int key = 1; key <= 64; key++) {
            map.put(key << 20, key);
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> missing = CompletableFuture.supplyAsync(
                () -> {
                    int missed = 0;
                    while (!done.get()) {
                        for (int key = 1; key <= 64; key++) {
                            Integer found = map.get(key << 20);
                            missed += found != null && found == key ? 0 : 1;
                        }
                    }
                    return missed;
                },
                task -> Thread.ofPlatform().daemon().start(task));
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            int other = (random.nextInt(5000) << 16) | 1;
            if (random.nextBoolean()) {
                map.put(other, i);
            } else {
                map.remove(other);
            }
            int kept = 1 + random.nextInt(64);
            map.put(kept << 20, kept);
        }
        done.set(true);
        assertThat(missing.get()).isZero();
    }

    @Test
    void zeroIsNoKey() {
        IntMap<String> map = new IntMap<>();
        assertThat(map.get(0)).isNull();
        map.remove(0);
        assertThatIllegalArgumentException().isThrownBy(() -> map.put(0, "nothing"));
    }
}
