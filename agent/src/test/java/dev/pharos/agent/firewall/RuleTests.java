package dev.pharos.agent.firewall;

import static dev.pharos.agent.firewall.Rule.Protocol.ANY;
import static dev.pharos.agent.firewall.Rule.Protocol.ICMP;
import static dev.pharos.agent.firewall.Rule.Protocol.TCP;
import static dev.pharos.agent.firewall.Rule.Protocol.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row of the table of rule fields each (facts, nebula-protocol 16). */
class RuleTests {
    private static final String HERE = "10.99.0.2";
    private static final String PEER = "10.99.0.3";
    private static final LocalHost HOST = LocalHost.of(Packets.prefix("10.99.0.2/16"));
    private static final LocalHost ROUTER =
            new LocalHost(List.of(Packets.prefix("10.99.0.2/16")), List.of(Packets.prefix("192.168.7.0/24")));
    private static final PeerIdentity ANYONE = Peers.at(PEER);

    @ParameterizedTest
    @CsvSource({
        "ANY,  true,  true,  true,  true",
        "TCP,  true,  false, false, false",
        "UDP,  false, true,  false, false",
        "ICMP, false, false, true,  false",
    })
    void protocol(Rule.Protocol protocol, boolean tcp, boolean udp, boolean icmp, boolean gre) {
        Rule rule = Rule.everyone(protocol, Ports.ANY);
        assertThat(inbound(rule, ANYONE, Packets.tcp(PEER, 1, HERE, 2))).isEqualTo(tcp);
        assertThat(inbound(rule, ANYONE, Packets.udp(PEER, 1, HERE, 2))).isEqualTo(udp);
        assertThat(inbound(rule, ANYONE, Packets.ping(PEER, HERE, 7))).isEqualTo(icmp);
        assertThat(inbound(rule, ANYONE, Packets.packet(PEER, HERE, Packets.GRE, new byte[8])))
                .isEqualTo(gre);
    }

    @Test
    void icmpCoversBothFamilies() {
        var host = LocalHost.of(Packets.prefix("fd00:99::2/64"));
        var rules = new FirewallRules(
                host, List.of(Rule.everyone(ICMP, Ports.of(80))), List.of(), UnsetLocalRange.OWN_NETWORKS);
        var firewall = new Firewall(rules, ConnectionLimits.DEFAULT, 1);
        byte[] ping = Packets.ping("fd00:99::3", "fd00:99::2", 7);
        assertThat(firewall.judgeInbound(Peers.at("fd00:99::3"), ping, 0, ping.length, 0))
                .isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void portIsTheLocalOneInboundAndTheRemoteOneOutbound() {
        Rule ssh = Rule.everyone(TCP, Ports.of(22));
        assertThat(inbound(ssh, ANYONE, Packets.tcp(PEER, 40000, HERE, 22))).isTrue();
        assertThat(inbound(ssh, ANYONE, Packets.tcp(PEER, 22, HERE, 40000))).isFalse();
        assertThat(outbound(ssh, ANYONE, Packets.tcp(HERE, 40000, PEER, 22))).isTrue();
        assertThat(outbound(ssh, ANYONE, Packets.tcp(HERE, 22, PEER, 40000))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"7999, false", "8000, true", "8050, true", "8100, true", "8101, false", "0, false", "65535, false"})
    void portRangesIncludeBothEnds(int port, boolean allowed) {
        Rule rule = Rule.everyone(UDP, Ports.range(8000, 8100));
        assertThat(inbound(rule, ANYONE, Packets.udp(PEER, 1, HERE, port))).isEqualTo(allowed);
    }

    @Test
    void rangesReachTheLastPortAndOverlap() {
        List<Rule> rules =
                List.of(Rule.everyone(TCP, Ports.range(65000, 65535)), Rule.everyone(TCP, Ports.range(100, 65100)));
        for (int port : new int[] {100, 64999, 65000, 65101, 65535}) {
            assertThat(inbound(rules, HOST, ANYONE, Packets.tcp(PEER, 1, HERE, port)))
                    .isEqualTo(Verdict.ALLOWED);
        }
        assertThat(inbound(rules, HOST, ANYONE, Packets.tcp(PEER, 1, HERE, 99))).isEqualTo(Verdict.NO_RULE);
        assertThatIllegalArgumentException().isThrownBy(() -> Ports.range(8100, 8000));
        assertThatIllegalArgumentException().isThrownBy(() -> Ports.range(0, 80));
    }

    @Test
    void icmpIgnoresPortsAndItsIdentifierIsNone() {
        assertThat(inbound(Rule.everyone(ICMP, Ports.of(9)), ANYONE, Packets.ping(PEER, HERE, 7)))
                .isTrue();
        assertThat(inbound(Rule.everyone(ANY, Ports.of(7)), ANYONE, Packets.ping(PEER, HERE, 7)))
                .isFalse();
    }

    @Test
    void protocolsWithoutPortsMatchOnlyAnyPort() {
        byte[] gre = Packets.packet(PEER, HERE, Packets.GRE, Packets.ports(1, 22));
        assertThat(inbound(Rule.everyone(ANY, Ports.of(22)), ANYONE, gre)).isFalse();
        assertThat(inbound(Rule.everyone(ANY, Ports.ANY), ANYONE, gre)).isTrue();
    }

    @Test
    void fragmentsMatchFragmentAndAnyOnly() {
        byte[] fragment = Packets.fragment(PEER, HERE, Packets.UDP);
        assertThat(inbound(Rule.everyone(UDP, Ports.FRAGMENTS), ANYONE, fragment))
                .isTrue();
        assertThat(inbound(Rule.everyone(UDP, Ports.ANY), ANYONE, fragment)).isTrue();
        assertThat(inbound(Rule.everyone(UDP, Ports.range(1, 65535)), ANYONE, fragment))
                .isFalse();
        assertThat(inbound(Rule.everyone(TCP, Ports.FRAGMENTS), ANYONE, fragment))
                .isFalse();
        assertThat(inbound(Rule.everyone(UDP, Ports.FRAGMENTS), ANYONE, Packets.udp(PEER, 1, HERE, 2)))
                .isFalse();
    }

    @Test
    void hostIsTheExactNameInTheCertificate() {
        Rule rule = rule(Optional.of("laptop"), List.of(), Optional.empty());
        assertThat(inbound(rule, Peers.named("laptop", PEER), ping())).isTrue();
        assertThat(inbound(rule, Peers.named("Laptop", PEER), ping())).isFalse();
    }

    @Test
    void allListedGroupsMustBeThere() {
        Rule rule = rule(Optional.empty(), List.of("servers", "linux"), Optional.empty());
        assertThat(inbound(rule, Peers.at(PEER, "linux", "servers", "more"), ping()))
                .isTrue();
        assertThat(inbound(rule, Peers.at(PEER, "servers"), ping())).isFalse();
    }

    @Test
    void severalGroupRulesAreAlternatives() {
        List<Rule> rules = List.of(
                rule(Optional.empty(), List.of("servers"), Optional.empty()),
                rule(Optional.empty(), List.of("mobiles"), Optional.empty()));
        assertThat(inbound(rules, HOST, Peers.at(PEER, "mobiles"), ping())).isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(rules, HOST, Peers.at(PEER, "others"), ping())).isEqualTo(Verdict.NO_RULE);
    }

    @ParameterizedTest
    @CsvSource({"10.99.0.3/32, true", "10.99.0.0/24, true", "0.0.0.0/0, true", "10.99.1.0/24, false", "::/0, false"})
    void cidrIsAboutTheRemoteAddress(String cidr, boolean allowed) {
        Rule rule = rule(Optional.empty(), List.of(), Optional.of(cidr));
        assertThat(inbound(rule, ANYONE, ping())).isEqualTo(allowed);
    }

    @Test
    void hostGroupsAndCidrAreAlternatives() {
        Rule rule = rule(Optional.of("phone"), List.of("servers"), Optional.of("10.99.0.9/32"));
        assertThat(inbound(rule, Peers.named("phone", PEER), ping())).isTrue();
        assertThat(inbound(rule, Peers.at(PEER, "servers"), ping())).isTrue();
        assertThat(inbound(rule, Peers.at("10.99.0.9"), Packets.ping("10.99.0.9", HERE, 1)))
                .isTrue();
        assertThat(inbound(rule, Peers.at(PEER), ping())).isFalse();
    }

    @Test
    void anyAsHostOrGroupSilencesTheOthers() {
        assertThat(inbound(rule(Optional.of("any"), List.of("servers"), Optional.empty()), ANYONE, ping()))
                .isTrue();
        assertThat(inbound(rule(Optional.of("phone"), List.of("servers", "any"), Optional.empty()), ANYONE, ping()))
                .isTrue();
    }

    @Test
    void localCidrIsAboutTheLocalAddress() {
        byte[] toSubnet = Packets.ping(PEER, "192.168.7.5", 1);
        Rule subnet = local(new LocalRange.Within(Packets.prefix("192.168.7.0/24")));
        assertThat(judge(subnet, ROUTER, toSubnet)).isEqualTo(Verdict.ALLOWED);
        assertThat(judge(subnet, ROUTER, ping())).isEqualTo(Verdict.NO_RULE);
    }

    @Test
    void withoutLocalCidrARouterCoversItsOverlayNetworksOnly() {
        byte[] toSubnet = Packets.ping(PEER, "192.168.7.5", 1);
        assertThat(judge(local(LocalRange.UNSET), ROUTER, toSubnet)).isEqualTo(Verdict.NO_RULE);
        assertThat(judge(local(LocalRange.UNSET), ROUTER, ping())).isEqualTo(Verdict.ALLOWED);
        assertThat(judge(local(LocalRange.ANY), ROUTER, toSubnet)).isEqualTo(Verdict.ALLOWED);
        var oldDefault = new FirewallRules(ROUTER, List.of(local(LocalRange.UNSET)), List.of(), UnsetLocalRange.ANY);
        assertThat(new Firewall(oldDefault, ConnectionLimits.DEFAULT, 1)
                        .judgeInbound(ANYONE, toSubnet, 0, toSubnet.length, 0))
                .isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void authorityNameAndFingerprintAreAlternatives() {
        assertThat(inbound(authority(Optional.of("Test CA"), false), ANYONE, ping()))
                .isTrue();
        assertThat(inbound(authority(Optional.of("Other"), false), ANYONE, ping()))
                .isFalse();
        assertThat(inbound(authority(Optional.empty(), true), ANYONE, ping())).isTrue();
        assertThat(inbound(authority(Optional.of("Other"), true), ANYONE, ping()))
                .isTrue();
    }

    @Test
    void authorityAndPeerMustBothFit() {
        Rule rule = new Rule(
                ANY,
                Ports.ANY,
                Optional.of("laptop"),
                List.of(),
                Optional.empty(),
                LocalRange.UNSET,
                Optional.empty(),
                Optional.of(Peers.OTHER_AUTHORITY));
        assertThat(inbound(rule, Peers.named("laptop", PEER), ping())).isFalse();
    }

    /** As lists of them for every port, these would be two hundred million. */
    @Test
    void tenThousandOverlappingRulesTakeLittleMemory() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rules.add(rule(TCP, Ports.range(1, 60_000 - i), List.of("group" + i % 2)));
            rules.add(rule(TCP, Ports.of(40_000 + i), List.of("group" + i % 2)));
        }
        long before = allocated();
        Verdict verdict = inbound(rules, HOST, Peers.at(PEER, "group1"), Packets.tcp(PEER, 1, HERE, 59_000));
        assertThat(allocated() - before).isLessThan(100_000_000);
        assertThat(verdict).isEqualTo(Verdict.ALLOWED);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static Rule rule(Rule.Protocol protocol, Ports ports, List<String> groups) {
        return new Rule(
                protocol,
                ports,
                Optional.empty(),
                groups,
                Optional.empty(),
                LocalRange.UNSET,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void withoutRulesNothingPasses() {
        assertThat(inbound(List.of(), HOST, ANYONE, ping())).isEqualTo(Verdict.NO_RULE);
    }

    private static byte[] ping() {
        return Packets.ping(PEER, HERE, 7);
    }

    private static Rule rule(Optional<String> host, List<String> groups, Optional<String> cidr) {
        return new Rule(
                ANY,
                Ports.ANY,
                host,
                groups,
                cidr.map(Packets::prefix),
                LocalRange.UNSET,
                Optional.empty(),
                Optional.empty());
    }

    private static Rule local(LocalRange range) {
        return new Rule(
                ANY,
                Ports.ANY,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                range,
                Optional.empty(),
                Optional.empty());
    }

    private static Rule authority(Optional<String> name, boolean byFingerprint) {
        return new Rule(
                ANY,
                Ports.ANY,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                LocalRange.UNSET,
                name,
                byFingerprint ? Optional.of(Peers.AUTHORITY) : Optional.empty());
    }

    private static boolean inbound(Rule rule, PeerIdentity peer, byte[] packet) {
        return inbound(List.of(rule), HOST, peer, packet).isAllowed();
    }

    private static Verdict judge(Rule rule, LocalHost host, byte[] packet) {
        return inbound(List.of(rule), host, ANYONE, packet);
    }

    private static Verdict inbound(List<Rule> rules, LocalHost host, PeerIdentity peer, byte[] packet) {
        var compiled = new FirewallRules(host, rules, List.of(), UnsetLocalRange.OWN_NETWORKS);
        return new Firewall(compiled, ConnectionLimits.DEFAULT, 1).judgeInbound(peer, packet, 0, packet.length, 0);
    }

    private static boolean outbound(Rule rule, PeerIdentity peer, byte[] packet) {
        var compiled = new FirewallRules(HOST, List.of(), List.of(rule), UnsetLocalRange.OWN_NETWORKS);
        return new Firewall(compiled, ConnectionLimits.DEFAULT, 1)
                .judgeOutbound(peer, packet, 0, packet.length, 0)
                .isAllowed();
    }
}
