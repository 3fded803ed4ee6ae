package dev.pharos.control.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressPlanTests {
    @Test
    void givesTheLowestFreeAddress() throws Exception {
        assertThat(plan("10.42.0.0/24").lowestFree()).hasToString("10.42.0.1");
        assertThat(plan("10.42.0.0/24", "10.42.0.1", "10.42.0.3").lowestFree()).hasToString("10.42.0.2");
        assertThat(plan("10.42.0.0/16").lowestFree()).hasToString("10.42.0.1");
    }

    @Test
    void givesTheLowestFreeAddressOfAnIpv6Range() throws Exception {
        assertThat(plan("fd42::/64").lowestFree()).hasToString("fd42::1");
        assertThat(plan("fd42:0:0:1::/64", "fd42:0:0:1::1").lowestFree()).hasToString("fd42:0:0:1::2");
        assertThat(plan("fd42::ff00/120", "fd42::ff01").lowestFree()).hasToString("fd42::ff02");
        assertThat(plan("fd42::/64").claim("address", VpnAddress.parse("fd42::ffff:ffff:ffff:fffe")))
                .hasToString("fd42::ffff:ffff:ffff:fffe");
        for (String wrong : List.of("fd42::", "fd42:0:0:1::1", "fd42::ffff:ffff:ffff:ffff", "10.42.0.1")) {
            assertThatThrownBy(() -> plan("fd42::/64").claim("address", VpnAddress.parse(wrong)))
                    .as(wrong)
                    .isInstanceOf(Problem.class);
        }
    }

    @Test
    void saysWhenTheRangeIsFull() throws Exception {
        AddressPlan full = plan("10.42.0.0/30", "10.42.0.1", "10.42.0.2");

        assertThatThrownBy(full::lowestFree).isInstanceOf(Problem.class).hasMessageContaining("10.42.0.0/30");
    }

    @Test
    void refusesWhatIsTakenOutsideOrNobodys() throws Exception {
        AddressPlan plan = plan("10.42.0.0/24", "10.42.0.7");

        for (String wrong : List.of("10.42.0.7", "10.42.1.1", "10.42.0.0", "10.42.0.255", "fd00::1")) {
            assertThatThrownBy(() -> plan.claim("address", VpnAddress.parse(wrong)))
                    .isInstanceOf(Problem.class);
        }
        assertThat(plan.claim("address", VpnAddress.parse("10.42.0.8"))).hasToString("10.42.0.8");
    }

    private static AddressPlan plan(String range, String... used) throws Exception {
        return new AddressPlan(VpnPrefix.parse(range), List.of(used));
    }
}
