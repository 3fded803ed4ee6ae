package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.TestPlane.WithDevice;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.Refusals;
import dev.pharos.agent.firewall.Refusals.Action;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.agent.firewall.UnsetLocalRange;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.protocol.VpnPrefix;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a program sees whose packets the firewall refuses, on either side: as root. */
class RejectIT {
    private static final Set<Offload> ALL = EnumSet.allOf(Offload.class);
    private static final List<Rule> ANYTHING = List.of(Rule.everyone(Rule.Protocol.ANY, Ports.ANY));
    private static final List<Rule> PINGS = List.of(Rule.everyone(Rule.Protocol.ICMP, Ports.ANY));

    private final TestPlane hosts = new TestPlane();
    private NetworkNamespace one;
    private NetworkNamespace two;

    @BeforeEach
    void joinTwoNamespaces() throws Exception {
        one = new NetworkNamespace();
        two = new NetworkNamespace();
        NetworkNamespace.join(one, "192.0.2.1/24", two, "192.0.2.2/24", "fuzz-veth");
    }

    @AfterEach
    void leave() {
        one.close();
        two.close();
        assertThat(hosts.complaints).isEmpty();
    }

    private void firewall(int number, List<Rule> inbound, List<Rule> outbound, Refusals refusals) {
        var rules = new FirewallRules(
                LocalHost.of(new VpnPrefix(TestPlane.overlay(number), 24)),
                inbound,
                outbound,
                UnsetLocalRange.OWN_NETWORKS,
                refusals);
        hosts.filter = () -> new FirewallFilter(new Firewall(rules, ConnectionLimits.DEFAULT, 1));
    }

    @Test
    void thePeerRefusesAConnectionAtOnce() throws Exception {
        firewall(1, PINGS, ANYTHING, new Refusals(Action.REJECT, Action.DROP));
        try (DataPlane far = hosts.start(one, 1, WithDevice.YES, ALL, List.of(2))) {
            firewall(2, PINGS, ANYTHING, Refusals.SILENT);
            try (DataPlane near = hosts.start(two, 2, WithDevice.YES, ALL, List.of(1))) {
                two.run(() -> NetworkNamespace.command("ping -c 2 -i 0.2 -W 5 10.42.0.1"));
                two.run(() -> assertThatThrownBy(RejectIT::connect)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("refused"));
                assertThat(far.counters().refusedIn()).isPositive();
                assertThat(near.counters().lost()).isZero();
            }
        }
    }

    @Test
    void ourOwnSideRefusesAConnectionAtOnce() throws Exception {
        firewall(1, ANYTHING, ANYTHING, Refusals.SILENT);
        try (DataPlane far = hosts.start(one, 1, WithDevice.YES, ALL, List.of(2))) {
            firewall(2, PINGS, PINGS, new Refusals(Action.DROP, Action.REJECT));
            try (DataPlane near = hosts.start(two, 2, WithDevice.YES, ALL, List.of(1))) {
                two.run(() -> assertThatThrownBy(RejectIT::connect)
                        .as("with no tunnel yet")
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("refused"));
                two.run(() -> NetworkNamespace.command("ping -c 2 -i 0.2 -W 5 10.42.0.1"));
                two.run(() -> assertThatThrownBy(RejectIT::connect)
                        .as("with a tunnel")
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("refused"));
                two.run(() -> assertThatThrownBy(() -> sendTo("10.42.0.1")).isInstanceOf(NoRouteToHostException.class));
                assertThat(near.counters().refusedOut()).isGreaterThanOrEqualTo(3);
                assertThat(far.counters().lost()).isZero();
            }
        }
    }

    /** As with a range that the kernel sends to the device and for which there is no gateway. */
    @Test
    void whatNoRouteLeadsToIsRefusedAtOnceToo() throws Exception {
        firewall(2, ANYTHING, ANYTHING, new Refusals(Action.DROP, Action.REJECT));
        try (DataPlane near = hosts.start(two, 2, WithDevice.YES, ALL, List.of(1))) {
            two.run(() -> NetworkNamespace.command("ip route add 198.18.0.0/24 dev data-tun2"));
            two.run(() -> assertThatThrownBy(() -> connect("198.18.0.1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("refused"));
            two.run(() -> assertThatThrownBy(() -> sendTo("198.18.0.1")).isInstanceOf(NoRouteToHostException.class));
            assertThat(near.counters().refusedOut()).isGreaterThanOrEqualTo(2);
        }
    }

    private static void connect() throws IOException {
        connect("10.42.0.1");
    }

    private static void connect(String address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), 7000), 5_000);
        }
    }

    /** The kernel reports the ICMP error of one datagram at the next call. */
    private static void sendTo(String address) throws IOException {
        try (var channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(InetAddress.ofLiteral(address), 7000));
            channel.socket().setSoTimeout(5_000);
            channel.write(ByteBuffer.allocate(10));
            channel.socket().receive(new DatagramPacket(new byte[10], 10));
        }
    }
}
