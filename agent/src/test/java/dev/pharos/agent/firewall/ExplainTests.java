package dev.pharos.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which rule decides about a flow. */
class ExplainTests {
    private static final String HERE = "10.99.0.2";
    private static final String PEER = "10.99.0.3";
    private static final Rule SSH = Rule.everyone(Rule.Protocol.TCP, Ports.of(22));
    private static final Rule WEB = Rule.everyone(Rule.Protocol.TCP, Ports.range(80, 443));
    private static final Rule PING = Rule.everyone(Rule.Protocol.ICMP, Ports.ANY);

    private final FirewallRules rules = new FirewallRules(
            LocalHost.of(Packets.prefix("10.99.0.2/16")),
            List.of(SSH, PING, WEB),
            List.of(WEB),
            UnsetLocalRange.OWN_NETWORKS);

    @Test
    void namesTheRuleThatAllowsAndItsPlace() {
        assertThat(inbound(flow(Packets.TCP, 22, 40000))).isEqualTo(Decision.allowedBy(SSH, 0));
        assertThat(inbound(flow(Packets.TCP, 100, 40000))).isEqualTo(Decision.allowedBy(WEB, 2));
        assertThat(inbound(flow(Packets.ICMP, 0, 0))).isEqualTo(Decision.allowedBy(PING, 1));
    }

    @Test
    void namesTheFirstOfSeveralWhateverTheyAreFor() {
        Rule host = rule(Rule.Protocol.TCP, Optional.of("laptop"), List.of(), Optional.empty());
        Rule group = rule(Rule.Protocol.ANY, Optional.empty(), List.of("mobiles"), Optional.empty());
        Rule range = rule(Rule.Protocol.TCP, Optional.empty(), List.of(), Optional.of(Packets.prefix("10.99.0.0/24")));
        for (List<Rule> order : List.of(
                List.of(SSH, host, group, range),
                List.of(host, SSH, range, group),
                List.of(group, range, SSH, host),
                List.of(range, group, host, SSH))) {
            List<Rule> inbound = new ArrayList<>(order);
            inbound.addFirst(PING);
            var ordered = new FirewallRules(
                    LocalHost.of(Packets.prefix("10.99.0.2/16")), inbound, List.of(), UnsetLocalRange.OWN_NETWORKS);
            assertThat(ordered.explain(Direction.INBOUND, Peers.at(PEER, "mobiles"), flow(Packets.TCP, 22, 40000)))
                    .isEqualTo(Decision.allowedBy(order.getFirst(), 1));
        }
    }

    private static Rule rule(
            Rule.Protocol protocol, Optional<String> host, List<String> groups, Optional<VpnPrefix> range) {
        return new Rule(protocol, Ports.ANY, host, groups, range, LocalRange.UNSET, Optional.empty(), Optional.empty());
    }

    @Test
    void eachDirectionHasItsOwnRules() {
        Decision out = rules.explain(Direction.OUTBOUND, Peers.at(PEER), flow(Packets.TCP, 40000, 443));
        assertThat(out).isEqualTo(Decision.allowedBy(WEB, 0));
        assertThat(inbound(flow(Packets.TCP, 40000, 443))).isEqualTo(Decision.refused(Verdict.NO_RULE));
    }

    @Test
    void saysWhyNothingAllows() {
        assertThat(inbound(flow(Packets.UDP, 22, 40000))).isEqualTo(Decision.refused(Verdict.NO_RULE));
        var foreign = new Flow(Packets.TCP, Packets.address(HERE), 22, Packets.address("10.99.0.9"), 1);
        assertThat(inbound(foreign)).isEqualTo(Decision.refused(Verdict.FOREIGN_REMOTE));
        var elsewhere = new Flow(Packets.TCP, Packets.address("10.99.0.9"), 22, Packets.address(PEER), 1);
        assertThat(inbound(elsewhere)).isEqualTo(Decision.refused(Verdict.FOREIGN_LOCAL));
    }

    @Test
    void aFlowHasAProtocolAndPorts() {
        assertThatIllegalArgumentException().isThrownBy(() -> flow(256, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> flow(Packets.TCP, 65536, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> flow(Packets.TCP, 1, -1));
    }

    private Decision inbound(Flow flow) {
        return rules.explain(Direction.INBOUND, Peers.at(PEER), flow);
    }

    private static Flow flow(int protocol, int localPort, int remotePort) {
        return new Flow(protocol, Packets.address(HERE), localPort, Packets.address(PEER), remotePort);
    }
}
