package dev.pharos.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicySet.Destination;
import dev.pharos.control.policy.PolicySet.Entry;
import dev.pharos.control.policy.PolicySet.Member;
import dev.pharos.control.policy.PolicyTest.Packet;
import dev.pharos.protocol.VpnAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies about hosts that have an IPv4 and an IPv6 address. */
class DualStackTests {
    private static final Member LAPTOP = member("laptop", 10);
    private static final Member RPI = member("rpi", 20);
    private static final Packet SSH = Packet.of("tcp", 22);

    @Test
    void aRangeOfEitherFamilyLetsItsPacketsThrough() {
        assertThat(set(policy(List.of("10.42.0.0/24"), false))
                        .decide(LAPTOP, Destination.of(RPI), SSH)
                        .allowed())
                .isTrue();
        assertThat(set(policy(List.of("fd00::/64"), false))
                        .decide(LAPTOP, Destination.of(RPI), SSH)
                        .allowed())
                .isTrue();
        assertThat(set(policy(List.of("fd00:0:0:1::/64"), false))
                        .decide(LAPTOP, Destination.of(RPI), SSH)
                        .allowed())
                .isFalse();
    }

    @Test
    void toSendToAnAddressIsNotToSendToTheOtherOfItsHost() {
        PolicySet set = set(new Entry("pol_1", content("egress", List.of("host:laptop"), List.of("10.42.0.20"), true)));

        assertThat(set.decide(LAPTOP, Destination.of(RPI), SSH).allowed()).isTrue();
        assertThat(set.decide(
                                LAPTOP,
                                new Destination(
                                        RPI, List.of(RPI.subject().addresses().getLast())),
                                SSH)
                        .outbound())
                .isFalse();
    }

    private static PolicySet set(Entry... entries) {
        return new PolicySet(List.of(entries), List.of(LAPTOP, RPI));
    }

    private static Entry policy(List<String> from, boolean restrictsEgress) {
        return new Entry("pol_0", content("ssh", from, List.of("host:rpi"), restrictsEgress));
    }

    private static PolicyContent content(String name, List<String> from, List<String> to, boolean restrictsEgress) {
        return new PolicyContent(name, from, to, List.of(new Allow("tcp", "22")), true, restrictsEgress, List.of());
    }

    private static Member member(String name, int last) {
        return new Member(
                "host_" + name,
                new Subject(
                        name,
                        List.of(VpnAddress.ofV4(0x0a2a0000 + last), address(0xfd00L << 48, last)),
                        List.of(),
                        List.of()),
                false);
    }

    private static VpnAddress address(long high, long low) {
        return new VpnAddress(high, low);
    }
}
