package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.AgentException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EventLoopsTests {
    @Test
    void oneUnlessMoreAreAskedFor() {
        assertThat(EventLoops.number(OptionalInt.empty(), 64)).isEqualTo(1);
        assertThat(EventLoops.number(OptionalInt.of(4), 64)).isEqualTo(4);
    }

    @Test
    void atMostOneAProcessorAndEight() {
        assertThat(EventLoops.number(OptionalInt.of(4), 2)).isEqualTo(2);
        assertThat(EventLoops.number(OptionalInt.of(100), 64)).isEqualTo(8);
    }

    @Test
    void whatIsNoNumberIsSaidSo() throws Exception {
        assertThat(EventLoops.parse(" 2 ")).isEqualTo(2);
        for (String wrong : new String[] {"0", "-1", "two"}) {
            assertThatThrownBy(() -> EventLoops.parse(wrong))
                    .isInstanceOf(AgentException.class)
                    .hasMessage("PHAROS_LOOPS is \"" + wrong + "\", must be a whole number from 1 on");
        }
    }
}
