package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bounds on what others may cost us. */
class LimitsTests {
    private static final long NOW = Times.seconds(1000);

    @Test
    void aBucketLetsABurstThroughAndThenItsRate() {
        var bucket = new TokenBucket(10, 5);
        assertThat(taken(bucket, NOW, 100)).isEqualTo(5);
        assertThat(taken(bucket, NOW + Times.millis(500), 100)).isEqualTo(5);
        assertThat(taken(bucket, NOW + Times.millis(600), 100)).isEqualTo(1);
    }

    private static long taken(TokenBucket bucket, long now, int tries) {
        return IntStream.range(0, tries).filter(i -> bucket.take(now)).count();
    }

    @Test
    void oneSourceDoesNotUseUpWhatIsThereForAll() {
        var limits = new SourceLimits(100, 5, 10);
        UnderlayEndpoint loud = Fleet.publicEndpoint(1);
        long granted = IntStream.range(0, 1000)
                .filter(i -> limits.take(NOW, loud.withPort(1 + i)))
                .count();
        assertThat(granted).isEqualTo(10);
        assertThat(limits.take(NOW, Fleet.publicEndpoint(2))).isTrue();
    }

    @Test
    void manySourcesTogetherMeetTheLimitForAll() {
        var limits = new SourceLimits(100, 5, 10);
        long granted = IntStream.range(0, 10_000)
                .filter(i -> limits.take(NOW, UnderlayEndpoint.ofV4(0x0b000000 + i, 1)))
                .count();
        assertThat(granted).isEqualTo(100);
    }

    @Test
    void anIpv6NetworkIsOneSource() {
        var limits = new SourceLimits(100, 5, 10);
        long granted = IntStream.range(0, 1000)
                .filter(i -> limits.take(NOW, new UnderlayEndpoint(0x20010db800000000L, i, 1)))
                .count();
        assertThat(granted).isEqualTo(10);
    }

    @Test
    void indexesCarryTheirLoopAndAreNeverZeroOrTaken() {
        var allocator = new IndexAllocator(new Random(3), 16);
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            int index = allocator.allocate(i % 16, taken::contains);
            assertThat(index).isNotZero();
            assertThat(allocator.loopOf(index)).isEqualTo(i % 16);
            assertThat(taken.add(index)).isTrue();
        }
    }
}
