package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PingsTests {
    private final Pings pings = new Pings();

    @Test
    void anAnswerFindsItsQuestionByNumber() throws Exception {
        long nanos = pings.measure("laptop", number -> {
            pings.answered(number + 1, 7);
            pings.answered(number, 42);
        });

        assertThat(nanos).isEqualTo(42);
    }

    @Test
    void anAnswerNobodyWaitsForIsDropped() {
        pings.answered(99, 1);
    }
}
