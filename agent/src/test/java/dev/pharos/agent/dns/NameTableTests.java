package dev.pharos.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.VpnAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameTableTests {
    private static final List<VpnAddress> HERE = List.of(VpnAddress.ofV4(0x0a2a0001));

    @Test
    void aNameTooManyTakesThePlaceOfTheOneNamedLongestAgo() {
        var names = new NameTable();
        for (int i = 0; i < NameTable.MAX_NAMES; i++) {
            names.put("host-" + i, HERE);
        }
        names.put("host-0", HERE);
        assertThat(names.displaced()).isZero();

        names.put("one more", HERE);

        assertThat(names.displaced()).isEqualTo(1);
        assertThat(names.find("host-0")).isPresent();
        assertThat(names.find("host-1")).isEmpty();
    }
}
