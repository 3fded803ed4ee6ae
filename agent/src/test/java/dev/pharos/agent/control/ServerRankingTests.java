package dev.pharos.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerRankingTests {
    private static final URI A = URI.create("https://a:8443");
    private static final URI B = URI.create("https://b:8443");
    private static final URI OVERLAY = URI.create("https://10.42.0.2:8443");

    private final ServerRanking ranking = new ServerRanking(new Random(1));

    @Test
    void theNodeThatAnswersIsKept() {
        ranking.servers(List.of(A, B), List.of(OVERLAY));

        ranking.answered(B);

        assertThat(ranking.ranked().getFirst()).isEqualTo(B);
    }

    @Test
    void aNodeThatFailedComesAfterAllThatDidNot() {
        ranking.servers(List.of(A, B), List.of(OVERLAY));

        ranking.failed(A);

        assertThat(ranking.ranked()).containsExactly(B, OVERLAY, A);
        ranking.failed(B);
        assertThat(ranking.ranked()).containsExactly(OVERLAY, A, B);
        ranking.failed(OVERLAY);
        assertThat(ranking.ranked()).containsExactly(A, B, OVERLAY);
    }

    @Test
    void theOverlayIsTheLastResort() {
        ranking.servers(List.of(A), List.of(OVERLAY));

        assertThat(ranking.ranked()).containsExactly(A, OVERLAY);
    }

    @Test
    void aNodeThatLeftTheListIsForgotten() {
        ranking.servers(List.of(A, B), List.of());
        ranking.answered(A);

        ranking.servers(List.of(B), List.of());

        assertThat(ranking.ranked()).containsExactly(B);
    }
}
