package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.linux.UdpPort;
import dev.pharos.agent.mesh.ManyTunnels;
import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.noise.TransportCipherFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has crossed to a loop is done without anything else happening there. */
class LoopTests {
    /** More than are done in one turn. */
    private static final int MANY = 2000;

    private final Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
    private final Arena arena = Arena.ofShared();
    private final Ring ring = new Ring(arena);
    private final IoEventLoop executor = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
    private final UdpPort port;
    private final Loop loop;

    LoopTests() throws Exception {
        port = UdpPort.bind(UnderlayEndpoint.parse("127.0.0.1:0"));
        var listener = new Listener();
        var counters = new Counters();
        var offloads = new Offloads(Set.of(), Offloads.SelfTests.OF_THE_KERNEL, listener);
        var path = new BytePath(
                arena,
                new UdpSocket(arena, port, 1, counters, offloads, false),
                Optional.empty(),
                offloads,
                Coalescer.Mode.OFF,
                PacketFilter.OPEN,
                new Crossings(1, new Ring[] {new Ring(arena), new Ring(arena)}, _ -> {}, counters),
                new Ring[] {ring},
                counters);
        path.wire(
                arena,
                new ManyTunnels(TransportCipherFactory.JCE).mesh(),
                new RouteTable(List.of(), List.of(), Set.of()));
        loop = new Loop(executor, path, listener);
    }

    @AfterEach
    void end() {
        loop.stop(_ -> {});
        loop.end();
        port.close();
        arena.close();
    }

    @Test
    void oneNudgeIsEnoughHoweverMuchHasCrossed() {
        handOver();
        loop.nudge();
        await().atMost(Duration.ofSeconds(10)).until(this::isEmpty);

        handOver();
        loop.nudge();
        await().atMost(Duration.ofSeconds(10)).until(this::isEmpty);
        assertThat(faults).isEmpty();
    }

    private boolean isEmpty() {
        return loop.ask(_ -> ring.waiting() == 0);
    }

    /** A host without a device has nothing to do for a packet from there. */
    private void handOver() {
        for (int i = 0; i < MANY; i++) {
            assertThat(ring.reserve(100)).isNotEqualTo(Ring.NO_ROOM);
            ring.commit(Errand.DEVICE_PACKET, null, null, 0, 100);
        }
    }

    private final class Listener implements DataPlaneListener {
        @Override
        public void event(MeshEvent event) {}

        @Override
        public void pong(VpnAddress peer, long number, long roundTripNanos) {}

        @Override
        public void linksChanged() {}

        @Override
        public void offloadOff(DataPlaneSettings.Offload offload, String reason) {}

        @Override
        public void failed(RuntimeException fault) {
            faults.add(fault);
        }
    }
}
