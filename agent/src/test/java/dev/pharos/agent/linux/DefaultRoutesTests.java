package dev.pharos.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultRoutesTests {
    @Test
    void ofTheRoutesOnlyTheDefaultOnesCount() {
        assertThat(DefaultRoutes.defaultsV4(List.of(
                        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                        "eth0\t00000000\t0120A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
                        "eth0\t0020A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0")))
                .containsExactly("eth0 0120A8C0 100");
    }

    @Test
    void theUnreachableDefaultThatEveryMachineHasIsNone() {
        String nowhere = "0".repeat(32);

        assertThat(DefaultRoutes.defaultsV6(List.of(
                        nowhere + " 00 " + nowhere
                                + " 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0",
                        nowhere + " 00 " + nowhere + " 00 " + nowhere + " ffffffff 00000001 00000000 00200200       lo",
                        "fe800000000000000000000000000000 40 " + nowhere + " 00 " + nowhere
                                + " 00000100 00000001 00000000 00000001     eth0")))
                .containsExactly("eth0 fe800000000000000000000000000001 00000400");
    }

    @Test
    void theKernelShowsThisMachinesOwn() throws Exception {
        assertThat(DefaultRoutes.read()).isEqualTo(DefaultRoutes.read());
    }
}
