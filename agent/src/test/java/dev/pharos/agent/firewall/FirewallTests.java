package dev.pharos.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose addresses a packet may bear, and what is remembered. */
class FirewallTests {
    private static final String HERE = "10.99.0.2";
    private static final String PEER = "10.99.0.3";
    private static final LocalHost HOST = LocalHost.of(Packets.prefix("10.99.0.2/16"));
    private static final Rule ANYTHING = Rule.everyone(Rule.Protocol.ANY, Ports.ANY);
    private static final Rule SSH = Rule.everyone(Rule.Protocol.TCP, Ports.of(22));
    private static final FirewallRules OUT_ONLY = rules(List.of(), List.of(ANYTHING));

    private final PeerIdentity peer = Peers.at(PEER);
    private long now = Long.MAX_VALUE - Duration.ofHours(1).toNanos();

    @Test
    void thePeersAddressMustBeInItsCertificate() {
        var firewall = firewall(rules(List.of(ANYTHING), List.of(ANYTHING)));
        assertThat(inbound(firewall, peer, Packets.ping("10.99.0.4", HERE, 1))).isEqualTo(Verdict.FOREIGN_REMOTE);
        assertThat(outbound(firewall, peer, Packets.ping(HERE, "10.99.0.4", 1))).isEqualTo(Verdict.FOREIGN_REMOTE);
        assertThat(inbound(firewall, peer, Packets.ping(PEER, HERE, 1))).isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void aPeersAddressOutsideOurNetworksIsRefused() {
        var firewall = firewall(rules(List.of(ANYTHING), List.of()));
        assertThat(inbound(firewall, Peers.at("10.1.0.3"), Packets.ping("10.1.0.3", HERE, 1)))
                .isEqualTo(Verdict.FOREIGN_REMOTE);
    }

    @Test
    void aGatewayMayBearTheAddressesBehindIt() {
        var firewall = firewall(rules(List.of(ANYTHING), List.of()));
        PeerIdentity gateway = Peers.gateway(PEER, "192.168.9.0/24");
        assertThat(inbound(firewall, gateway, Packets.ping("192.168.9.7", HERE, 1)))
                .isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(firewall, gateway, Packets.ping("192.168.8.7", HERE, 1)))
                .isEqualTo(Verdict.FOREIGN_REMOTE);
    }

    @Test
    void ourAddressMustBeOursOrInASubnetWeRoute() {
        assertThat(inbound(firewall(rules(List.of(ANYTHING), List.of())), peer, Packets.ping(PEER, "10.99.0.9", 1)))
                .isEqualTo(Verdict.FOREIGN_LOCAL);
        var router = new LocalHost(List.of(Packets.prefix("10.99.0.2/16")), List.of(Packets.prefix("192.168.7.0/24")));
        var firewall = firewall(new FirewallRules(router, List.of(ANYTHING), List.of(), UnsetLocalRange.ANY));
        assertThat(inbound(firewall, peer, Packets.ping(PEER, "192.168.7.1", 1)))
                .isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(firewall, peer, Packets.ping(PEER, "192.168.8.1", 1)))
                .isEqualTo(Verdict.FOREIGN_LOCAL);
    }

    @Test
    void whatIsNoPacketIsMalformed() {
        assertThat(inbound(firewall(OUT_ONLY), peer, new byte[20])).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void answersToWhatWeBeganPass() {
        var firewall = firewall(OUT_ONLY);
        assertThat(inbound(firewall, peer, Packets.tcp(PEER, 22, HERE, 40000))).isEqualTo(Verdict.NO_RULE);
        assertThat(outbound(firewall, peer, Packets.tcp(HERE, 40000, PEER, 22))).isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(firewall, peer, Packets.tcp(PEER, 22, HERE, 40000))).isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(firewall, peer, Packets.tcp(PEER, 22, HERE, 40001))).isEqualTo(Verdict.NO_RULE);
        assertThat(inbound(firewall, peer, Packets.udp(PEER, 22, HERE, 40000))).isEqualTo(Verdict.NO_RULE);
        assertThat(firewall.connections()).isEqualTo(1);
    }

    @Test
    void pingsAreTrackedOneByOne() {
        var firewall = firewall(OUT_ONLY);
        assertThat(outbound(firewall, peer, Packets.ping(HERE, PEER, 7))).isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(firewall, peer, Packets.ping(PEER, HERE, 7))).isEqualTo(Verdict.ALLOWED);
        assertThat(inbound(firewall, peer, Packets.ping(PEER, HERE, 8))).isEqualTo(Verdict.NO_RULE);
    }

    @ParameterizedTest
    @CsvSource({"6, 720", "17, 180", "1, 600", "47, 600"})
    void aSilentConnectionIsForgottenAfterItsTime(int protocol, long seconds) {
        var firewall = firewall(OUT_ONLY);
        byte[] out = Packets.packet(HERE, PEER, protocol, new byte[20]);
        byte[] back = Packets.packet(PEER, HERE, protocol, new byte[20]);
        assertThat(outbound(firewall, peer, out)).isEqualTo(Verdict.ALLOWED);
        now += Duration.ofSeconds(seconds).toNanos() - 1;
        assertThat(inbound(firewall, peer, back)).isEqualTo(Verdict.ALLOWED);
        now += Duration.ofSeconds(seconds).toNanos() - 1;
        assertThat(inbound(firewall, peer, back)).isEqualTo(Verdict.ALLOWED);
        now += Duration.ofSeconds(seconds).toNanos();
        assertThat(inbound(firewall, peer, back)).isEqualTo(Verdict.NO_RULE);
        assertThat(firewall.connections()).isZero();
    }

    @Test
    void otherTimesHoldFromTheNextPacketOn() {
        var firewall = firewall(OUT_ONLY);
        assertThat(outbound(firewall, peer, Packets.udp(HERE, 1, PEER, 53))).isEqualTo(Verdict.ALLOWED);
        Duration second = Duration.ofSeconds(1);
        firewall.timeouts(new ConnectionLimits(second, second, second, 500));
        now += Duration.ofMinutes(2).toNanos();
        assertThat(inbound(firewall, peer, Packets.udp(PEER, 53, HERE, 1))).isEqualTo(Verdict.ALLOWED);
        now += second.toNanos();
        assertThat(inbound(firewall, peer, Packets.udp(PEER, 53, HERE, 1))).isEqualTo(Verdict.NO_RULE);
    }

    @Test
    void connectionsForWhichNobodyLooksAreSweptAway() {
        var firewall = firewall(OUT_ONLY);
        for (int port = 1; port <= 1000; port++) {
            assertThat(outbound(firewall, peer, Packets.udp(HERE, port, PEER, 53)))
                    .isEqualTo(Verdict.ALLOWED);
        }
        assertThat(firewall.connections()).isEqualTo(1000);
        now += Duration.ofMinutes(3).toNanos();
        firewall.sweep(1 << 20, now);
        assertThat(firewall.connections()).isZero();
    }

    @Test
    void theTableNeverHoldsMoreThanItsLimit() {
        var limits = new ConnectionLimits(Duration.ofMinutes(12), Duration.ofMinutes(3), Duration.ofMinutes(10), 500);
        var firewall = new Firewall(OUT_ONLY, limits, 1);
        for (int port = 1; port <= 5000; port++) {
            assertThat(outbound(firewall, peer, Packets.udp(HERE, port, PEER, 53)))
                    .isEqualTo(Verdict.ALLOWED);
            assertThat(inbound(firewall, peer, Packets.udp(PEER, 53, HERE, port)))
                    .isEqualTo(Verdict.ALLOWED);
        }
        assertThat(firewall.connections()).isEqualTo(500);
        assertThat(firewall.displaced()).isEqualTo(4500);
    }

    @Test
    void liveConnectionsAreJudgedAnewWhenTheRulesChange() {
        var firewall = firewall(rules(List.of(SSH), List.of()));
        byte[] in = Packets.tcp(PEER, 40000, HERE, 22);
        byte[] out = Packets.tcp(HERE, 22, PEER, 40000);
        assertThat(inbound(firewall, peer, in)).isEqualTo(Verdict.ALLOWED);

        firewall.change(rules(List.of(SSH, Rule.everyone(Rule.Protocol.UDP, Ports.ANY)), List.of()));
        assertThat(outbound(firewall, peer, out)).isEqualTo(Verdict.ALLOWED);

        firewall.change(rules(List.of(), List.of()));
        assertThat(outbound(firewall, peer, out)).isEqualTo(Verdict.NO_RULE);
        assertThat(firewall.connections()).isZero();

        firewall.change(rules(List.of(SSH), List.of()));
        assertThat(outbound(firewall, peer, out)).isEqualTo(Verdict.NO_RULE);
    }

    @Test
    void aConnectionIsJudgedAnewInTheDirectionInWhichItBegan() {
        var firewall = firewall(rules(List.of(), List.of(SSH)));
        assertThat(outbound(firewall, peer, Packets.tcp(HERE, 40000, PEER, 22))).isEqualTo(Verdict.ALLOWED);
        firewall.change(rules(List.of(Rule.everyone(Rule.Protocol.TCP, Ports.of(80))), List.of(SSH)));
        assertThat(inbound(firewall, peer, Packets.tcp(PEER, 22, HERE, 40000))).isEqualTo(Verdict.ALLOWED);
        firewall.change(rules(List.of(Rule.everyone(Rule.Protocol.TCP, Ports.of(22))), List.of()));
        assertThat(inbound(firewall, peer, Packets.tcp(PEER, 22, HERE, 40000))).isEqualTo(Verdict.NO_RULE);
    }

    @Test
    void liveConnectionsAreJudgedAnewWhenThePeersCertificateChanges() {
        Rule servers = new Rule(
                Rule.Protocol.ANY,
                Ports.ANY,
                Optional.empty(),
                List.of("servers"),
                Optional.empty(),
                LocalRange.UNSET,
                Optional.empty(),
                Optional.empty());
        var firewall = firewall(rules(List.of(servers), List.of()));
        byte[] in = Packets.tcp(PEER, 40000, HERE, 22);
        byte[] out = Packets.tcp(HERE, 22, PEER, 40000);
        assertThat(inbound(firewall, Peers.at(PEER, "servers"), in)).isEqualTo(Verdict.ALLOWED);
        assertThat(outbound(firewall, Peers.at(PEER, "servers"), out)).isEqualTo(Verdict.ALLOWED);
        assertThat(outbound(firewall, Peers.at(PEER, "servers", "linux"), out)).isEqualTo(Verdict.ALLOWED);
        assertThat(outbound(firewall, Peers.at(PEER, "mobiles"), out)).isEqualTo(Verdict.NO_RULE);
        assertThat(firewall.connections()).isZero();
    }

    private Verdict inbound(Firewall firewall, PeerIdentity from, byte[] packet) {
        return firewall.judgeInbound(from, packet, 0, packet.length, now);
    }

    private Verdict outbound(Firewall firewall, PeerIdentity to, byte[] packet) {
        return firewall.judgeOutbound(to, packet, 0, packet.length, now);
    }

    private static Firewall firewall(FirewallRules rules) {
        return new Firewall(rules, ConnectionLimits.DEFAULT, 1);
    }

    private static FirewallRules rules(List<Rule> inbound, List<Rule> outbound) {
        return new FirewallRules(HOST, inbound, outbound, UnsetLocalRange.OWN_NETWORKS);
    }
}
