package dev.pharos.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.Rule.Protocol;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuleSetTests {
    @Test
    void aRuleThatAnotherMakesNeedlessIsLeftOut() {
        assertThat(RuleSet.minimal(List.of(
                        rule(Protocol.TCP, "22", List.of("a"), ""),
                        rule(Protocol.TCP, "20-30", List.of("a"), ""),
                        rule(Protocol.TCP, "22", List.of("a", "b"), ""),
                        rule(Protocol.TCP, "22", List.of("b"), ""),
                        rule(Protocol.UDP, "53", List.of(), "10.42.0.8/32"),
                        rule(Protocol.UDP, "any", List.of(), "10.42.0.8/29"),
                        rule(Protocol.ICMP, "any", List.of(), ""))))
                .containsExactly(
                        rule(Protocol.TCP, "20-30", List.of("a"), ""),
                        rule(Protocol.TCP, "22", List.of("b"), ""),
                        rule(Protocol.UDP, "any", List.of(), "10.42.0.8/29"),
                        rule(Protocol.ICMP, "any", List.of(), ""));
    }

    @Test
    void aRuleForSomePortsOfAnyProtocolDoesNotStandForIcmp() {
        List<Rule> rules = List.of(rule(Protocol.ANY, "22", List.of(), ""), rule(Protocol.ICMP, "any", List.of(), ""));

        assertThat(RuleSet.minimal(rules)).isEqualTo(rules);
        assertThat(RuleSet.minimal(List.of(rules.get(1), rule(Protocol.ANY, "any", List.of(), ""))))
                .containsExactly(rule(Protocol.ANY, "any", List.of(), ""));
    }

    private static Rule rule(Protocol protocol, String ports, List<String> groups, String cidr) {
        try {
            return new Rule(
                    protocol,
                    PortRange.parse(ports),
                    groups,
                    cidr.isEmpty() ? Optional.empty() : Optional.of(VpnPrefix.parse(cidr)),
                    Optional.empty());
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }
}
