package dev.pharos.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTests {
    private static final Duration A_DAY_OF_FAILURES = Duration.ofDays(1);

    @Test
    void aNodeThatIsThereAgainIsAskedWithinFiveSecondsHoweverLongItWasAway() {
        Backoff backoff = Backoff.ofNodesAway(new Random(1));
        Duration waited = Duration.ZERO;
        Duration longest = Duration.ZERO;
        while (waited.compareTo(A_DAY_OF_FAILURES) < 0) {
            Duration wait = backoff.next();
            waited = waited.plus(wait);
            longest = longest.compareTo(wait) < 0 ? wait : longest;
        }

        assertThat(longest).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    }

    @Test
    void aFailureThatPassesCostsATenthOfASecond() {
        Backoff backoff = Backoff.ofNodesAway(new Random(1));
        IntStream.range(0, 20).forEach(_ -> backoff.next());
        backoff.reset();

        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    void agentsThatFailedTogetherDoNotComeBackTogether() {
        assertThat(IntStream.range(0, 100)
                        .mapToObj(seed -> Backoff.ofNodesAway(new Random(seed)).next())
                        .distinct())
                .hasSizeGreaterThan(20);
    }

    @Test
    void aNodeThatRefusesIsAskedSeldom() {
        Backoff backoff = Backoff.ofAnswersInVain(new Random(1));
        IntStream.range(0, 10).forEach(_ -> backoff.next());

        assertThat(backoff.next()).isBetween(Duration.ofMillis(7500), Duration.ofSeconds(15));
    }
}
