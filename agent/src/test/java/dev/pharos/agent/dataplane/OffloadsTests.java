package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.TunSelfTest.Finding;
import dev.pharos.agent.dataplane.TunSelfTest.Outcome;
import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An offload is used when it is wanted and its test at the start went well, and else the listener is told. */
class OffloadsTests {
    private static final Set<Offload> ALL = EnumSet.allOf(Offload.class);
    private static final Offloads.SelfTests GOOD =
            new Offloads.SelfTests(() -> true, () -> true, () -> new Outcome(Finding.RIGHT, Finding.RIGHT));

    private final TestPlane listener = new TestPlane();

    private Offloads offloads(Set<Offload> wanted, Offloads.SelfTests tests) {
        return new Offloads(wanted, tests, listener);
    }

    @Test
    void allAreUsedWhenAllWork() throws Exception {
        Offloads offloads = offloads(ALL, GOOD);
        assertThat(offloads.sendTrains()).isTrue();
        assertThat(modeOf(offloads)).isEqualTo(Coalescer.Mode.TCP_AND_UDP);
        assertThat(listener.complaints).isEmpty();
    }

    @Test
    void whatIsSwitchedOffIsNotUsed() throws Exception {
        Offloads offloads = offloads(Set.of(), GOOD);
        assertThat(offloads.sendTrains()).isFalse();
        assertThat(modeOf(offloads)).isEqualTo(Coalescer.Mode.OFF);
        assertThat(modeOf(offloads(EnumSet.of(Offload.TUN_TCP), GOOD))).isEqualTo(Coalescer.Mode.TCP);
        assertThat(listener.complaints).isEmpty();
    }

    @Test
    void aKernelThatCutsTrainsWronglyIsNotGivenAny() {
        var tests = new Offloads.SelfTests(() -> false, GOOD.receivesTrains(), GOOD.device());
        assertThat(offloads(ALL, tests).sendTrains()).isFalse();
        assertThat(listener.complaints).containsExactly("UDP_SEND: the kernel does not cut up datagrams correctly");
    }

    @Test
    void aKernelThatJoinsDatagramsWronglyDoesNot() throws Exception {
        var tests = new Offloads.SelfTests(GOOD.sendsTrains(), () -> false, GOOD.device());
        try (UdpPort port = UdpPort.bind(UnderlayEndpoint.ofV4(0x7f000001, 0))) {
            offloads(ALL, tests).receiveTogether(List.of(port));
        }
        assertThat(listener.complaints)
                .containsExactly("UDP_RECEIVE: the kernel does not put datagrams together correctly");
    }

    @Test
    void aDeviceThatManglesLargePacketsGetsSmallOnes() throws Exception {
        assertThat(modeOf(withDevice(Finding.WRONG, Finding.RIGHT))).isEqualTo(Coalescer.Mode.OFF);
        assertThat(listener.complaints).containsExactly("TUN_TCP: the kernel mangles large packets of TUN devices");
    }

    @Test
    void aDeviceThatManglesLargeDatagramsGetsThemSmall() throws Exception {
        assertThat(modeOf(withDevice(Finding.RIGHT, Finding.WRONG))).isEqualTo(Coalescer.Mode.TCP);
        assertThat(listener.complaints).containsExactly("TUN_UDP: the kernel mangles large datagrams of TUN devices");
    }

    /** Few kernels do it wrongly, and much is lost without. */
    @Test
    void whatCannotBeTriedIsUsed() throws Exception {
        assertThat(modeOf(withDevice(Finding.UNKNOWN, Finding.UNKNOWN))).isEqualTo(Coalescer.Mode.TCP_AND_UDP);
        assertThat(listener.complaints).isEmpty();
    }

    private Offloads withDevice(Finding tcp, Finding udp) {
        var outcome = new Outcome(tcp, udp);
        return offloads(ALL, new Offloads.SelfTests(GOOD.sendsTrains(), GOOD.receivesTrains(), () -> outcome));
    }

    private static Coalescer.Mode modeOf(Offloads offloads) throws Exception {
        try (StandInDevice device = StandInDevice.open();
                TunDevice end = device.device()) {
            return offloads.exchangeLarge(end);
        }
    }
}
