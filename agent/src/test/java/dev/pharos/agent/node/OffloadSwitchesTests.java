package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import org.junit.jupiter.api.Test;

class OffloadSwitchesTests {
    @Test
    void eachHasASwitchOfItsOwn() throws Exception {
        assertThat(OffloadSwitches.parse("udp-send, udp-receive,tun-tcp,tun-udp"))
                .containsExactly(Offload.values());
        assertThat(OffloadSwitches.parse("tun-udp")).containsExactly(Offload.TUN_UDP);
        assertThat(OffloadSwitches.parse(" none ")).isEmpty();
    }

    @Test
    void anUnknownOneIsNamed() {
        assertThatThrownBy(() -> OffloadSwitches.parse("udp-send,gro"))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("PHAROS_OFFLOADS names \"gro\", must be none, or some of udp-send");
    }
}
