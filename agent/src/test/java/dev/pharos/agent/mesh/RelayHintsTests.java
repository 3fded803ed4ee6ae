package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.VpnAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayHintsTests {
    private static final VpnAddress LIGHTHOUSE = Fleet.address(1);
    private static final VpnAddress OTHER_LIGHTHOUSE = Fleet.address(2);
    private static final VpnAddress EAST = Fleet.address(11);
    private static final VpnAddress WEST = Fleet.address(12);

    private final RelayHints hints = new RelayHints();

    @Test
    void eachSourceReplacesWhatItSaid() {
        assertThat(hints.set(LIGHTHOUSE, List.of(EAST))).isTrue();
        assertThat(hints.set(OTHER_LIGHTHOUSE, List.of(EAST))).isFalse();
        assertThat(hints.set(LIGHTHOUSE, List.of(WEST))).isTrue();
        assertThat(hints.all()).containsExactly(EAST, WEST);
        hints.set(OTHER_LIGHTHOUSE, List.of(WEST));
        assertThat(hints.all()).containsExactly(WEST);
    }

    @Test
    void aLighthouseThatKnowsOfNoneChangesNothing() {
        hints.set(LIGHTHOUSE, List.of(EAST));
        assertThat(hints.set(LIGHTHOUSE, List.of())).isFalse();
        assertThat(hints.all()).containsExactly(EAST);
    }

    @Test
    void whatWasRememberedYieldsToTheFirstThatKnowsBetter() {
        hints.set(RelayHints.MEMORY, List.of(EAST));
        assertThat(hints.all()).containsExactly(EAST);
        hints.set(LIGHTHOUSE, List.of(WEST));
        assertThat(hints.all()).containsExactly(WEST);
    }

    @Test
    void aSourceNamesAtMostTen() {
        List<VpnAddress> many = new ArrayList<>();
        for (int i = 1; i < 100; i++) {
            many.add(Fleet.address(i));
        }
        hints.set(LIGHTHOUSE, many);
        assertThat(hints.all()).hasSize(10);
    }
}
