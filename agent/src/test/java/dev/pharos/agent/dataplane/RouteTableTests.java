package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pharos.agent.dataplane.GatewayRoute.Gateway;
import dev.pharos.agent.dataplane.RouteTable.Dropped;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTableTests {
    private static final List<VpnPrefix> NETWORKS = List.of(prefix("10.42.0.20/24"), prefix("fd00::20/64"));

    @Test
    void whatIsInOurNetworksIsAPeer() {
        RouteTable table = table();

        assertThat(table.find(address("10.42.0.7"))).isSameAs(Gateways.ITSELF);
        assertThat(table.find(address("fd00::7"))).isSameAs(Gateways.ITSELF);
        assertThat(table.find(address("10.43.0.7"))).isSameAs(Gateways.NONE);
    }

    @Test
    void theMostSpecificRouteCountsAndOfEqualOnesTheLast() {
        RouteTable table = table(
                route("0.0.0.0/0", "10.42.0.1"),
                route("192.168.7.0/24", "10.42.0.3"),
                route("192.168.0.0/16", "10.42.0.2"),
                route("192.168.7.0/24", "10.42.0.4"),
                route("2001:db8::/32", "fd00::1"));

        assertThat(gateway(table, "192.168.7.9")).isEqualTo(address("10.42.0.4"));
        assertThat(gateway(table, "192.168.8.9")).isEqualTo(address("10.42.0.2"));
        assertThat(gateway(table, "8.8.8.8")).isEqualTo(address("10.42.0.1"));
        assertThat(gateway(table, "2001:db8::9")).isEqualTo(address("fd00::1"));
        assertThat(table.find(address("2001:db9::9"))).isSameAs(Gateways.NONE);
    }

    @Test
    void broadcastAndMulticastLeaveUnlessDropped() {
        RouteTable open = table(route("224.0.0.0/4", "10.42.0.1"));
        RouteTable closed = new RouteTable(
                NETWORKS,
                List.of(route("224.0.0.0/4", "10.42.0.1"), route("ff00::/8", "fd00::1")),
                Set.of(Dropped.LOCAL_BROADCAST, Dropped.MULTICAST));

        assertThat(open.find(address("10.42.0.255"))).isSameAs(Gateways.ITSELF);
        assertThat(gateway(open, "224.0.0.251")).isEqualTo(address("10.42.0.1"));
        assertThat(closed.find(address("10.42.0.255"))).isSameAs(Gateways.NONE);
        assertThat(closed.find(address("224.0.0.251"))).isSameAs(Gateways.NONE);
        assertThat(closed.find(address("ff02::fb"))).isSameAs(Gateways.NONE);
        assertThat(closed.find(address("10.42.0.254"))).isSameAs(Gateways.ITSELF);
    }

    /** As in Nebula's own test of it: 65 535 flows, within a hundred of their shares. */
    @Test
    void flowsAreSharedByWeight() {
        assertThat(counts(1, 1, 1)).allSatisfy((_, count) -> assertThat(count).isCloseTo(21845, within(100)));
        assertThat(counts(10, 5).get(address("10.42.0.1"))).isCloseTo(43690, within(100));
        assertThat(counts(Integer.MAX_VALUE, Integer.MAX_VALUE, 1).get(address("10.42.0.1")))
                .isCloseTo(32767, within(300));
    }

    @Test
    void aGatewayThatDoesNotAnswerLeavesItsFlowsToTheFirstThatDoes() {
        Gateways gateways = gateways(1, 1, 1);
        VpnAddress second = address("10.42.0.2");
        int hash = 1 << 30;

        assertThat(gateways.of(hash)).isEqualTo(second);
        assertThat(gateways.choose(hash, _ -> true)).isEqualTo(second);
        assertThat(gateways.choose(hash, gateway -> !gateway.equals(second))).isEqualTo(address("10.42.0.1"));
        assertThat(gateways.choose(hash, gateway -> gateway.equals(address("10.42.0.3"))))
                .isEqualTo(address("10.42.0.3"));
        assertThat(gateways.choose(hash, _ -> false)).isEqualTo(second);
    }

    @Test
    void aStandbyTakesFlowsOnlyWhenTheOtherDoesNotAnswer() {
        Gateways gateways = gateways(1, Gateway.STANDBY, Gateway.STANDBY);
        VpnAddress first = address("10.42.0.1");

        assertThat(counts(1, Gateway.STANDBY)).containsOnlyKeys(first);
        for (int hash : new int[] {0, 1 << 30, Integer.MAX_VALUE}) {
            assertThat(gateways.of(hash)).isEqualTo(first);
            assertThat(gateways.choose(hash, gateway -> !gateway.equals(first))).isEqualTo(address("10.42.0.2"));
            assertThat(gateways.choose(hash, gateway -> gateway.equals(address("10.42.0.3"))))
                    .isEqualTo(address("10.42.0.3"));
        }
    }

    @Test
    void theHashIsThatOfThePorts() {
        byte[] tcp = packet(6, 0x1234, 443);
        byte[] later = packet(6, 0x1234, 443);
        later[7] = 1;

        assertThat(FlowHash.of(tcp, 0, tcp.length)).isEqualTo(FlowHash.mix(0x1234 << 16 | 443));
        assertThat(FlowHash.of(later, 0, later.length)).isEqualTo(FlowHash.mix(0));
        assertThat(FlowHash.of(packet(50, 1, 2), 0, 28)).isEqualTo(FlowHash.mix(0));
        assertThat(FlowHash.of(tcp, 0, 20)).isEqualTo(FlowHash.mix(0));
    }

    @Test
    void aPingCountsByItsIdentifier() {
        byte[] ping = packet(1, 0x0800, 0);
        ping[24] = 0x12;
        ping[25] = 0x34;

        assertThat(FlowHash.of(ping, 0, ping.length)).isEqualTo(FlowHash.mix(0x1234));
    }

    private static byte[] packet(int protocol, int source, int destination) {
        byte[] packet = new byte[28];
        packet[0] = 0x45;
        packet[9] = (byte) protocol;
        BigEndian.put16(packet, 20, source);
        BigEndian.put16(packet, 22, destination);
        return packet;
    }

    private static Map<VpnAddress, Integer> counts(int... weights) {
        Gateways gateways = gateways(weights);
        Map<VpnAddress, Integer> counts = new HashMap<>();
        for (int port = 0; port < 65535; port++) {
            counts.merge(gateways.of(FlowHash.mix(port << 16 | 65535 - port)), 1, Integer::sum);
        }
        return counts;
    }

    private static Gateways gateways(int... weights) {
        int[] number = {1};
        return new Gateways(Arrays.stream(weights)
                .mapToObj(weight -> new Gateway(address("10.42.0." + number[0]++), weight))
                .toList());
    }

    private static VpnAddress gateway(RouteTable table, String destination) {
        return table.find(address(destination)).of(0);
    }

    private static RouteTable table(GatewayRoute... routes) {
        return new RouteTable(NETWORKS, List.of(routes), Set.of());
    }

    private static GatewayRoute route(String range, String gateway) {
        return new GatewayRoute(prefix(range), List.of(new Gateway(address(gateway), 1)));
    }

    private static VpnAddress address(String text) {
        try {
            return VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static VpnPrefix prefix(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
