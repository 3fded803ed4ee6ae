package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.linux.NetworkInterfaces.Route;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Against the kernel, as root, in a network namespace of its own. */
class LinuxIT {
    private static final String NAME = "data-tun0";

    @Test
    void aSocketIsMarkedAndUnmarked() throws Exception {
        NetworkNamespace.inside(() -> {
            try (UdpPort port = UdpPort.bind(UnderlayEndpoint.ofV4(0, 0))) {
                port.set(new UdpPort.Options(OptionalInt.empty(), OptionalInt.empty(), 7));
                assertThat(port.options().mark()).isEqualTo(7);
                port.set(UdpPort.Options.DEFAULT);
                assertThat(port.options().mark()).isZero();
            }
        });
    }

    @Test
    void aTunDeviceGetsAddressesAndRoutes() throws Exception {
        NetworkNamespace.inside(() -> {
            try (TunDevice tun = TunDevice.open(NAME)) {
                assertThat(tun.name()).isEqualTo(NAME);
                NetworkInterfaces.up(NAME, 1300, 500);
                NetworkInterfaces.addAddress(NAME, VpnPrefix.parse("10.42.0.1/24"));
                NetworkInterfaces.addAddress(NAME, VpnPrefix.parse("fd42::1/64"));
                NetworkInterfaces.addRoute(NAME, Route.to(VpnPrefix.parse("192.168.7.0/24")));
                NetworkInterfaces.addRoute(
                        NAME,
                        new Route(
                                VpnPrefix.parse("10.42.0.0/24"),
                                OptionalInt.of(1200),
                                OptionalInt.of(5),
                                Optional.of(VpnAddress.parse("10.42.0.1"))));
                NetworkInterfaces.addRoute(NAME, Route.to(VpnPrefix.parse("fd43::/64")));

                assertThat(NetworkInterfaces.addresses())
                        .extracting(address -> address.device() + " " + address.prefix())
                        .containsExactlyInAnyOrder(NAME + " 10.42.0.1/24", NAME + " fd42::1/64");
                assertThat(ip("link show " + NAME)).contains("mtu 1300", "UP");
                assertThat(ip("route"))
                        .contains("192.168.7.0/24 dev " + NAME)
                        .contains("10.42.0.0/24 dev " + NAME
                                + " proto static scope link src 10.42.0.1 metric 5 mtu 1200");
                assertThat(ip("-6 route")).contains("fd43::/64 dev " + NAME);

                NetworkInterfaces.removeRoute(NAME, Route.to(VpnPrefix.parse("192.168.7.0/24")));
                assertThat(ip("route")).doesNotContain("192.168.7.0");
            }
            assertThat(ip("link")).doesNotContain(NAME);
        });
    }

    @Test
    void packetsOfTheKernelArriveBehindAVirtioHeader() throws Exception {
        NetworkNamespace.inside(() -> {
            try (TunDevice tun = TunDevice.open(NAME);
                    Arena arena = Arena.ofConfined();
                    DatagramSocket socket = new DatagramSocket()) {
                assertThat(tun.enableTcpOffload()).isTrue();
                NetworkInterfaces.up(NAME, 1300, 500);
                NetworkInterfaces.addAddress(NAME, VpnPrefix.parse("10.42.0.1/24"));
                byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(text, text.length, InetAddress.ofLiteral("10.42.0.9"), 7));

                MemorySegment buffer = arena.allocate(TunDevice.MAX_READ);
                int length = tun.read(buffer.address(), TunDevice.MAX_READ);
                assertThat(length).isEqualTo(VirtioHeader.SIZE + 20 + 8 + text.length);
                assertThat(VirtioHeader.gsoType(buffer, 0)).isEqualTo(VirtioHeader.GSO_NONE);
                assertThat(VirtioHeader.needsChecksum(buffer, 0)).isTrue();
                assertThat(VirtioHeader.checksumStart(buffer, 0)).isEqualTo(20);
                assertThat(VirtioHeader.checksumOffset(buffer, 0)).isEqualTo(6);
                assertThat(buffer.asSlice(length - text.length, text.length).toArray(JAVA_BYTE))
                        .isEqualTo(text);
                assertThat(tun.read(buffer.address(), TunDevice.MAX_READ)).isEqualTo(-Errno.EAGAIN);
            }
        });
    }

    @Test
    void aChangeOfAnAddressIsAnEvent() throws Exception {
        NetworkNamespace.inside(() -> {
            try (LinkChanges changes = LinkChanges.open(0)) {
                assertThat(changes.drain()).isFalse();
                NetworkInterfaces.up("lo", 65536, 500);
                await().atMost(Duration.ofSeconds(5)).pollInSameThread().until(changes::drain);
                assertThat(changes.drain()).isFalse();
                assertThat(NetworkInterfaces.addresses())
                        .extracting(NetworkInterfaces.Address::scope)
                        .containsOnly(NetworkInterfaces.Scope.HOST);
            }
        });
    }

    @Test
    void aDeviceInUseIsSaidSo() throws Exception {
        NetworkNamespace.inside(() -> {
            try (TunDevice first = TunDevice.open(NAME)) {
                assertThat(first.fd()).isPositive();
                assertThatThrownBy(() -> TunDevice.open(NAME))
                        .isInstanceOf(LinuxException.class)
                        .hasMessageContaining("another process holds one of that name")
                        .hasMessageContaining("ioctl(TUNSETIFF) failed: Device or resource busy");
            }
        });
    }

    @Test
    void anUnknownDeviceIsNamed() {
        assertThatThrownBy(() -> NetworkInterfaces.up("data-none", 1300, 500))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("no device data-none");
    }

    private static String ip(String arguments) throws Exception {
        return NetworkNamespace.command("ip " + arguments).replaceAll(" +", " ");
    }
}
