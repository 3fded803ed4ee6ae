package dev.pharos.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.policy.Firewall.Statement;
import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.Rule;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FirewallTests {
    private static final Subject RPI =
            new Subject("rpi", List.of(address("10.42.0.20")), List.of("servers"), List.of());
    private static final Subject LAPTOP =
            new Subject("laptop", List.of(address("10.42.0.10")), List.of("mobiles"), List.of());

    @Test
    void theFleetsPolicy() {
        Firewall firewall = firewall(
                Statement.of(List.of("any"), List.of("any"), List.of(new Allow("icmp", null))),
                Statement.of(List.of("group:mobiles"), List.of("group:servers"), List.of(new Allow("tcp", "22"))));

        assertThat(inbound(firewall, RPI)).isEqualTo("icmp/any, tcp/22 [mobiles]");
        assertThat(inbound(firewall, LAPTOP)).isEqualTo("icmp/any");
    }

    @Test
    void aHostOrRangeBecomesAddresses() {
        Firewall firewall = firewall(Statement.of(
                List.of("host:laptop", "10.42.0.0/28", "10.42.0.77", "host:gone"),
                List.of("host:rpi"),
                List.of(new Allow("udp", "53, 8000-8100"))));

        assertThat(inbound(firewall, RPI))
                .isEqualTo("udp/53 10.42.0.0/28, udp/8000-8100 10.42.0.0/28, udp/53 10.42.0.77/32, "
                        + "udp/8000-8100 10.42.0.77/32");
        assertThat(inbound(firewall, LAPTOP)).isEmpty();
    }

    @Test
    void aHostWithTwoAddressesBecomesBoth() {
        Firewall firewall = new Firewall(
                List.of(Statement.of(List.of("host:dual"), List.of("any"), List.of(new Allow("tcp", "22")))),
                Map.of("dual", List.of(address("10.42.0.5"), address("fd00::5"))));

        assertThat(inbound(firewall, RPI)).isEqualTo("tcp/22 10.42.0.5/32, tcp/22 fd00::5/128");
    }

    @Test
    void aRangeAsTargetCoversTheHostsInIt() {
        Firewall firewall =
                firewall(Statement.of(List.of("any"), List.of("10.42.0.16/28"), List.of(new Allow("any", "any"))));

        assertThat(inbound(firewall, RPI)).isEqualTo("any/any");
        assertThat(inbound(firewall, LAPTOP)).isEmpty();
    }

    @Test
    void whatTwoPoliciesAllowIsOneRule() {
        Statement statement = Statement.of(List.of("any"), List.of("any"), List.of(new Allow("tcp", "443")));

        assertThat(inbound(firewall(statement, statement), RPI)).isEqualTo("tcp/443");
    }

    @Test
    void aSubnetIsOpenedByItsRangeAlone() throws MalformedException {
        Subject router =
                new Subject("rpi", RPI.addresses(), List.of("servers"), List.of(VpnPrefix.parse("192.168.7.0/24")));
        Firewall firewall = firewall(
                Statement.of(List.of("any"), List.of("any"), List.of(new Allow("icmp", null))),
                Statement.of(
                        List.of("group:mobiles"),
                        List.of("192.168.7.8/29", "192.168.8.0/24"),
                        List.of(new Allow("tcp", "80"))),
                Statement.of(List.of("host:laptop"), List.of("192.168.0.0/16"), List.of(new Allow("tcp", "443"))));

        assertThat(inbound(firewall, router))
                .isEqualTo("icmp/any to 10.42.0.20/32, tcp/80 [mobiles] to 192.168.7.8/29, "
                        + "tcp/443 10.42.0.10/32 to 192.168.7.0/24");
        assertThat(firewall.rulesFor(router).outbound())
                .map(FirewallTests::text)
                .containsExactly("any/any to 10.42.0.20/32");
        assertThat(inbound(firewall, LAPTOP)).isEqualTo("icmp/any");
    }

    @Test
    void everythingMayGoOut() {
        assertThat(firewall().rulesFor(RPI).outbound()).map(FirewallTests::text).containsExactly("any/any");
    }

    private static Firewall firewall(Statement... statements) {
        return new Firewall(List.of(statements), Map.of("rpi", RPI.addresses(), "laptop", LAPTOP.addresses()));
    }

    private static String inbound(Firewall firewall, Subject host) {
        return firewall.rulesFor(host).inbound().stream()
                .map(FirewallTests::text)
                .collect(Collectors.joining(", "));
    }

    private static String text(Rule rule) {
        return rule.protocol().name().toLowerCase(java.util.Locale.ROOT) + "/" + rule.ports()
                + (rule.groups().isEmpty() ? "" : " " + rule.groups())
                + rule.cidr().map(cidr -> " " + cidr).orElse("")
                + rule.localCidr().map(cidr -> " to " + cidr).orElse("");
    }

    private static VpnAddress address(String text) {
        try {
            return VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }
}
