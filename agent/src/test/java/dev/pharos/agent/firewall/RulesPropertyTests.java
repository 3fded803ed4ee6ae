package dev.pharos.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The compiled tables say what the rules say, for any rules and packets from a small world that they often share. */
class RulesPropertyTests {
    private static final String PEER = "10.99.0.3";
    private static final VpnPrefix NETWORK = Packets.prefix("10.99.0.2/16");
    private static final VpnPrefix SUBNET = Packets.prefix("192.168.7.0/24");

    record Packet(Direction direction, int protocol, int localPort, int remotePort, String local) {}

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    void theTablesAgreeWithTheRulesOneByOne(
            @ForAll("rules") List<Rule> rules,
            @ForAll("packet") Packet packet,
            @ForAll("peer") NaiveRules.Certificate peer,
            @ForAll boolean routes) {
        List<VpnPrefix> subnets = routes ? List.of(SUBNET) : List.of();
        String local = routes ? packet.local() : "10.99.0.2";
        var flow = new NaiveRules.Flow(
                packet.direction(),
                Packets.address(local),
                Packets.address(PEER),
                packet.protocol(),
                packet.localPort(),
                packet.remotePort());
        OptionalInt expected = NaiveRules.first(rules, flow, peer, List.of(NETWORK), subnets);

        var compiled =
                new FirewallRules(new LocalHost(List.of(NETWORK), subnets), rules, rules, UnsetLocalRange.OWN_NETWORKS);
        var firewall = new Firewall(compiled, ConnectionLimits.DEFAULT, 1);
        var identity = new PeerIdentity(
                Peers.OTHER_AUTHORITY,
                peer.name(),
                peer.groups(),
                List.of(Packets.address(PEER)),
                List.of(),
                peer.authorityName(),
                peer.authority());
        boolean inbound = packet.direction() == Direction.INBOUND;
        int source = inbound ? packet.remotePort() : packet.localPort();
        int destination = inbound ? packet.localPort() : packet.remotePort();
        byte[] bytes = Packets.packet(
                inbound ? PEER : local, inbound ? local : PEER, packet.protocol(), Packets.ports(source, destination));
        Verdict verdict = inbound
                ? firewall.judgeInbound(identity, bytes, 0, bytes.length, 0)
                : firewall.judgeOutbound(identity, bytes, 0, bytes.length, 0);
        assertThat(verdict).isEqualTo(expected.isPresent() ? Verdict.ALLOWED : Verdict.NO_RULE);
        assertThat(compiled.explain(packet.direction(), identity, explained(flow))
                        .index())
                .isEqualTo(expected);
    }

    private static Flow explained(NaiveRules.Flow flow) {
        boolean hasPorts = flow.protocol() == Packets.TCP || flow.protocol() == Packets.UDP;
        return new Flow(
                flow.protocol(),
                flow.local(),
                hasPorts ? flow.localPort() : 0,
                flow.remote(),
                hasPorts ? flow.remotePort() : 0);
    }

    @Provide
    Arbitrary<List<Rule>> rules() {
        Arbitrary<Integer> ports = Arbitraries.integers().between(1, 12);
        Arbitrary<Ports> ranges = Combinators.combine(ports, ports)
                .as((one, other) -> Ports.range(Math.min(one, other), Math.max(one, other)));
        Arbitrary<Ports> anyPorts = Arbitraries.oneOf(ranges, Arbitraries.of(Ports.ANY, Ports.FRAGMENTS));
        Arbitrary<Optional<String>> hosts =
                Arbitraries.of("laptop", "phone", "any").optional(0.3);
        Arbitrary<List<String>> groups = Arbitraries.of("a", "b", "c").list().ofMaxSize(2);
        Arbitrary<Optional<VpnPrefix>> cidrs = Arbitraries.of(
                        "10.99.0.3/32", "10.99.0.0/30", "10.99.0.4/30", "0.0.0.0/0", "::/0")
                .map(Packets::prefix)
                .optional(0.3);
        Arbitrary<LocalRange> locals = Arbitraries.of(
                LocalRange.UNSET, LocalRange.ANY, new LocalRange.Within(SUBNET), new LocalRange.Within(NETWORK));
        Arbitrary<Optional<String>> names = Arbitraries.of("Test CA", "Other").optional(0.2);
        Arbitrary<Optional<Fingerprint>> authorities =
                Arbitraries.of(Peers.AUTHORITY, Peers.OTHER_AUTHORITY).optional(0.2);
        return Combinators.combine(
                        Arbitraries.of(Rule.Protocol.class), anyPorts, hosts, groups, cidrs, locals, names, authorities)
                .as(Rule::new)
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<Packet> packet() {
        Arbitrary<Integer> ports = Arbitraries.integers().between(0, 13);
        return Combinators.combine(
                        Arbitraries.of(Direction.class),
                        Arbitraries.of(Packets.TCP, Packets.UDP, Packets.ICMP, Packets.GRE),
                        ports,
                        ports,
                        Arbitraries.of("10.99.0.2", "192.168.7.9"))
                .as(Packet::new);
    }

    @Provide
    Arbitrary<NaiveRules.Certificate> peer() {
        Arbitrary<Set<String>> groups = Arbitraries.of("a", "b", "c").set().ofMaxSize(3);
        return Combinators.combine(
                        Arbitraries.of("laptop", "rpi"),
                        groups,
                        Arbitraries.of("Test CA", "Third"),
                        Arbitraries.of(Peers.AUTHORITY, Peers.OTHER_AUTHORITY))
                .as(NaiveRules.Certificate::new);
    }
}
