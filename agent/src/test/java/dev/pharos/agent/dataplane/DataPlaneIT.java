package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.TestPlane.WithDevice;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.agent.mesh.Tunnel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two data planes and their meshes, in two network namespaces joined by a veth pair: as root; by the number of loops. */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class DataPlaneIT {
    private static final int BYTES = 8 << 20;

    @Parameter
    private int loops;

    private final TestPlane hosts = new TestPlane();
    private NetworkNamespace one;
    private NetworkNamespace two;

    @BeforeEach
    void joinTwoNamespaces() throws Exception {
        hosts.loops = loops;
        one = new NetworkNamespace();
        two = new NetworkNamespace();
        NetworkNamespace.join(one, "192.0.2.1/24", two, "192.0.2.2/24", "data-veth");
    }

    @AfterEach
    void leave() {
        one.close();
        two.close();
        assertThat(hosts.complaints).isEmpty();
    }

    static List<Set<Offload>> offloads() {
        return List.of(
                EnumSet.allOf(Offload.class),
                EnumSet.noneOf(Offload.class),
                EnumSet.of(Offload.UDP_SEND, Offload.UDP_RECEIVE),
                EnumSet.of(Offload.TUN_TCP));
    }

    @ParameterizedTest
    @MethodSource("offloads")
    void aTransferArrivesWholeInBothDirections(Set<Offload> offloads) throws Exception {
        try (DataPlane far = hosts.start(one, 1, WithDevice.YES, offloads, List.of(2));
                DataPlane near = hosts.start(two, 2, WithDevice.YES, offloads, List.of(1));
                ServerSocket server = one.call(() -> new ServerSocket(7000))) {
            two.run(() -> NetworkNamespace.command("ping -c 3 -i 0.2 -W 5 10.42.0.1"));
            CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echo(server));
            two.run(() -> transfer("10.42.0.1"));
            echo.join();

            DataPlaneCounters counters = near.counters();
            assertThat(counters.packetsOut()).isGreaterThan(BYTES / 1300);
            assertThat(counters.lost()).isZero();
            assertThat(far.counters().lost()).isZero();
            assertThat(counters.crossed())
                    .as("packets come to the loop that owns their tunnel")
                    .isLessThan(counters.packetsIn() / 4);
            if (offloads.contains(Offload.UDP_SEND) && offloads.contains(Offload.TUN_TCP)) {
                assertThat(counters.trainsOut()).isLessThan(counters.datagramsOut() / 4);
                assertThat(counters.deviceWrites()).isLessThan(counters.packetsIn() / 4);
            }
        }
    }

    private static void echo(ServerSocket server) {
        try (Socket socket = server.accept()) {
            byte[] received = socket.getInputStream().readNBytes(BYTES);
            socket.getOutputStream().write(received);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void transfer(String to) throws IOException {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        try (Socket socket = new Socket(InetAddress.ofLiteral(to), 7000)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes);
            assertThat(socket.getInputStream().readNBytes(BYTES)).isEqualTo(bytes);
        }
    }

    @Test
    void aHostWithoutADeviceAnswersPings() throws Exception {
        Set<Offload> all = EnumSet.allOf(Offload.class);
        try (DataPlane far = hosts.start(one, 1, WithDevice.NO, all, List.of(2));
                DataPlane near = hosts.start(two, 2, WithDevice.YES, all, List.of(1))) {
            assertThat(far.deviceName()).isEmpty();
            assertThat(near.deviceName()).contains("data-tun2");
            two.run(() -> NetworkNamespace.command("ping -c 3 -i 0.2 -W 5 10.42.0.1"));
            two.run(() -> NetworkNamespace.command("ping -c 2 -i 0.2 -W 5 -s 1200 10.42.0.1"));
        }
    }

    /** Two hosts that have no way to each other but the relay, which lies in the first namespace. */
    @Test
    void aTransferThroughARelayArrivesWhole() throws Exception {
        try (NetworkNamespace three = new NetworkNamespace()) {
            NetworkNamespace.join(one, "198.51.100.1/24", three, "198.51.100.3/24", "data-veth3");
            try (DataPlane relay = hosts.startRelay(one, 1, WithDevice.NO);
                    DataPlane near = hosts.startRelayed(two, 2, 1, "192.0.2.1");
                    DataPlane far = hosts.startRelayed(three, 3, 1, "198.51.100.1");
                    ServerSocket server = three.call(() -> new ServerSocket(7000))) {
                two.run(() -> NetworkNamespace.command("ping -c 20 -i 0.2 -w 10 10.42.0.3"));
                CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echo(server));
                two.run(() -> transfer("10.42.0.3"));
                echo.join();
                assertThat(relay.counters().packetsIn()).isZero();
                assertThat(relay.counters().datagramsOut()).isGreaterThan(2 * BYTES / 1300);
                assertThat(relay.counters().forwarded()).isGreaterThan(2 * BYTES / 1300);
                assertThat(near.counters().packetsOut()).isGreaterThan(BYTES / 1300);
                assertThat(far.counters().packetsIn()).isGreaterThan(BYTES / 1300);
            }
        }
    }

    /** A fault on the byte path costs the packet it met, and nothing else: the loop goes on, timers included. */
    @Test
    void aFaultCostsOnePacket() throws Exception {
        AtomicInteger faults = new AtomicInteger(3);
        PacketFilter faulty = new PacketFilter() {
            @Override
            public boolean allowsOut(Tunnel to, byte[] packet, int offset, int length, long now) {
                if (faults.getAndDecrement() > 0) {
                    throw new IllegalStateException("a fault made for the test");
                }
                return true;
            }

            @Override
            public boolean allowsIn(Tunnel from, byte[] packet, int offset, int length, long now) {
                return true;
            }
        };
        hosts.filter = () -> faulty;
        Set<Offload> all = EnumSet.allOf(Offload.class);
        try (DataPlane far = hosts.start(one, 1, WithDevice.NO, all, List.of(2));
                DataPlane near = hosts.start(two, 2, WithDevice.YES, all, List.of(1))) {
            two.run(() -> NetworkNamespace.command("ping -c 12 -i 0.2 -w 10 10.42.0.1"));
            assertThat(near.counters().packetsOut()).isGreaterThan(5);
            assertThat(far.counters().packetsIn()).isGreaterThan(5);
        }
        assertThat(hosts.complaints).hasSize(3).allMatch(complaint -> complaint.contains("a fault made for the test"));
        hosts.complaints.clear();
    }
}
