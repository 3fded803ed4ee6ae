package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.dataplane.FirewallFilter;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.agent.firewall.UnsetLocalRange;
import dev.pharos.agent.firewall.Verdict;
import dev.pharos.protocol.VpnPrefix;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host that lets nobody in: a peer's answers pass for as long as the question is remembered, on live tunnels. */
class ConntrackScenarioTests {
    private static final Duration SHORTLY = Duration.ofSeconds(1);

    /** Longer than any packet is on its way. */
    private static final Duration TRAVEL = Duration.ofMillis(400);

    private final Fleet fleet = new Fleet(23);
    private final Internet internet = fleet.internet();
    private final SimulatedHost ours;
    private final SimulatedHost peer;
    private final FirewallFilter firewall;

    ConntrackScenarioTests() {
        fleet.lighthouse("anchor");
        ours = fleet.behind(Nat.Kind.PORT_RESTRICTED, "ours");
        peer = fleet.open("peer");
        VpnPrefix network =
                ours.settings().identity().certificates().getFirst().networks().getFirst();
        FirewallRules rules = new FirewallRules(
                LocalHost.of(network),
                List.of(),
                List.of(Rule.everyone(Rule.Protocol.ANY, Ports.ANY)),
                UnsetLocalRange.OWN_NETWORKS);
        firewall = new FirewallFilter(new Firewall(rules, ConnectionLimits.DEFAULT, 1));
        internet.run(Times.seconds(1));
        ours.ping(peer.address(), 1);
        internet.run(Times.seconds(1));
        ours.guard(firewall);
    }

    @ParameterizedTest
    @CsvSource({"6, PT12M", "17, PT3M", "1, PT10M", "47, PT10M"})
    void anAnswerPassesJustBeforeTheTimeoutAndNotJustAfterIt(int protocol, Duration timeout) {
        answer(protocol, 0, 0);
        ask(protocol);
        answer(protocol, 1, 0);

        pass(timeout.minus(SHORTLY));
        answer(protocol, 2, 0);

        pass(timeout.plus(SHORTLY));
        answer(protocol, 2, 1);
        assertThat(firewall.connections()).isZero();

        ask(protocol);
        answer(protocol, 3, 1);
    }

    private void ask(int protocol) {
        int before = peer.heard().size();
        ours.send(peer.address(), packet(ours, peer, protocol));
        pass(TRAVEL);
        assertThat(peer.heard()).hasSize(before + 1);
    }

    private void answer(int protocol, int heard, int refusedAfterTheFirst) {
        peer.send(ours.address(), packet(peer, ours, protocol));
        pass(TRAVEL);
        assertThat(ours.heard()).hasSize(heard);
        assertThat(firewall.refused(Direction.INBOUND, Verdict.NO_RULE)).isEqualTo(1 + refusedAfterTheFirst);
    }

    private void pass(Duration duration) {
        internet.run(duration.toNanos());
    }

    /** IPv4 with the same port, 0, at both ends, or an echo of number 0. */
    private static byte[] packet(SimulatedHost from, SimulatedHost to, int protocol) {
        return ByteBuffer.allocate(40)
                .put((byte) 0x45)
                .putShort(2, (short) 40)
                .put(9, (byte) protocol)
                .putInt(12, from.address().v4())
                .putInt(16, to.address().v4())
                .array();
    }
}
