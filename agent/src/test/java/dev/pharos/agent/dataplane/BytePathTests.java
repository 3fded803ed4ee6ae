package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.agent.mesh.ManyTunnels;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BytePathTests {
    /** Fewer bytes than any packet has. */
    private static final int SCRAP = 12;

    @Test
    void whatTheHostAnswersWhileItIsWrittenToDoesNotWaitForTheNextTurn() throws Exception {
        Offloads offloads = new Offloads(Set.of(), Offloads.SelfTests.OF_THE_KERNEL, new TestPlane());
        Counters counters = new Counters();
        UdpPort port = UdpPort.bind(UnderlayEndpoint.parse("127.0.0.1:0"));
        try (Arena arena = Arena.ofConfined();
                StandInDevice host = StandInDevice.open()) {
            BytePath path = new BytePath(
                    arena,
                    new UdpSocket(arena, port, 1, counters, offloads, false),
                    Optional.of(host.device()),
                    offloads,
                    Coalescer.Mode.OFF,
                    PacketFilter.OPEN,
                    new Crossings(0, new Ring[1], _ -> {}, counters),
                    new Ring[0],
                    counters);
            path.wire(
                    arena,
                    new ManyTunnels(TransportCipherFactory.JCE).mesh(),
                    new RouteTable(List.of(), List.of(), Set.of()));
            host.send(arena.allocate(SCRAP), SCRAP);

            path.arrived(BootClock.nanos());

            assertThat(path.counters().deviceReads()).isEqualTo(1);
        } finally {
            port.close();
        }
    }
}
