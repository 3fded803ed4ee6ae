package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What could make two hosts write to each other for ever does not, and idle tunnels cost no more than nebula's. */
class StormTests {
    private final Fleet fleet = new Fleet(9);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    /**
     * Two tunnels between two hosts, both older than a round trip. The host with the lower address follows the other one's
     * choice of tunnel, and each time probes the one that it has followed to: an answer to a probe must not count as a choice,
     * or two probes under way make the tunnels take turns as fast as packets travel.
     */
    @Test
    void answersToProbesDoNotMakeTwoTunnelsTakeTurns() {
        SimulatedHost low = fleet.behind(Nat.Kind.PORT_RESTRICTED, "low");
        SimulatedHost high = fleet.beside(low, "high");
        low.say(high.address(), "hello");
        internet.run(Times.seconds(3));
        Tunnel older = tunnel(high, low);
        high.reconfigure(high.settings().withIdentity(fleet.renewed(high)));
        internet.run(Times.seconds(4));
        Tunnel newer = tunnel(high, low);
        assertThat(newer).isNotSameAs(older);
        assertThat(tunnel(low, high).remoteIndex()).isEqualTo(newer.localIndex());
        long before = low.sent() + high.sent();

        low.ping(high.address(), 1);
        sayOn(older, high, low);
        internet.run(Times.seconds(1));

        assertThat(low.sent() + high.sent() - before)
                .as("packets in the second after")
                .isLessThan(50);
    }

    /** A line on a tunnel of choice, whichever is the one in use. */
    private void sayOn(Tunnel tunnel, SimulatedHost from, SimulatedHost to) {
        byte[] text = {'o', 'l', 'd'};
        byte[] packet = new byte[Header.LENGTH + text.length + TransportCipher.TAG_LENGTH];
        long counter = tunnel.nextCounter();
        Header.write(packet, 0, PacketType.DATA, tunnel.remoteIndex(), counter);
        System.arraycopy(text, 0, packet, Header.LENGTH, text.length);
        tunnel.sendCipher().seal(counter, packet, 0, Header.LENGTH, Header.LENGTH, text.length);
        from.transmit(to.endpoint(), packet, 0, packet.length);
    }

    /** Nebula 1.11.0 sent so much in the same network; updates and keep-alives meet in every phase. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anIdleMeshSendsNoMoreThanNebulaWasSeenToSend(long seed) {
        var quiet = new Fleet(seed);
        SimulatedHost home = quiet.lighthouse("home");
        SimulatedHost one = quiet.open("one");
        quiet.internet().run(Times.millis(700 * seed));
        SimulatedHost two = quiet.open("two");
        quiet.internet().run(Times.seconds(1));
        one.say(two.address(), "hello");
        quiet.internet().run(Times.seconds(20));
        long ofHome = home.sent();
        long ofOne = one.sent();
        long ofTwo = two.sent();

        quiet.internet().run(Times.seconds(120));

        assertThat(home.sent() - ofHome).isBetween(1L, 43L);
        assertThat(one.sent() - ofOne).isBetween(1L, 35L);
        assertThat(two.sent() - ofTwo).isBetween(1L, 34L);
    }

    @Test
    void idleTunnelsOfEveryKindCostNoMoreThanNebulas() {
        fleet.lighthouse("home");
        SimulatedHost open = fleet.open("open");
        SimulatedHost cone = fleet.behind(Nat.Kind.PORT_RESTRICTED, "cone");
        SimulatedHost neighbour = fleet.beside(cone, "neighbour");
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        internet.run(Times.seconds(2));
        for (SimulatedHost from : fleet.hosts()) {
            for (SimulatedHost to : fleet.hosts()) {
                if (from != to) {
                    from.say(to.address(), "hello");
                }
            }
        }
        internet.run(Times.seconds(30));
        assertThat(one.isRelayedTo(two.address())).isTrue();
        assertThat(cone.isDirectTo(open.address())).isTrue();
        assertThat(neighbour.isDirectTo(cone.address())).isTrue();

        IdleCost.check(internet, fleet.hosts(), Times.seconds(100));
    }

    @Test
    void aLighthouseThatIsAwayIsCalledSeldomAndFoundSoonAfterItIsBack() {
        SimulatedHost host = fleet.open("host");
        internet.run(Times.seconds(2));
        anchor.crash();
        internet.run(Times.seconds(60));
        IdleCost.check(internet, fleet.hosts(), Times.seconds(100));

        anchor.boot();

        assertThat(internet.runUntil(Times.seconds(4), () -> host.isDirectTo(anchor.address())))
                .isTrue();
    }
}
