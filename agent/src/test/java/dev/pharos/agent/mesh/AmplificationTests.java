package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Nobody who is no peer gets an answer to a probe, and nobody is worth attacking through us. */
class AmplificationTests {
    private static final UnderlayEndpoint VICTIM = Fleet.publicEndpoint(200);

    private final Fleet fleet = new Fleet(51);
    private final Internet internet = fleet.internet();
    private final SimulatedHost one;
    private final SimulatedHost two;
    private final List<byte[]> toTwo = new ArrayList<>();
    private long toVictim;

    AmplificationTests() {
        fleet.lighthouse("anchor");
        one = fleet.open("one");
        two = fleet.open("two");
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (to.withPort(0).equals(VICTIM.withPort(0))) {
                toVictim += datagram.length;
            }
            if (from.equals(one.endpoint()) && to.equals(two.endpoint())) {
                toTwo.add(datagram);
            }
            return true;
        });
        internet.run(Times.seconds(1));
        one.say(two.address(), "connect");
        internet.run(Times.seconds(2));
    }

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    @Test
    void aProbeThatIsNotAuthenticIsNotAnswered() {
        for (PacketType type : List.of(PacketType.TEST_REQUEST, PacketType.LIGHTHOUSE, PacketType.CONTROL)) {
            byte[] forged = new byte[80];
            Header.write(forged, 0, type, tunnel(two, one).localIndex(), 5000);
            internet.inject(VICTIM, two.endpoint(), forged);
        }
        internet.run(Times.seconds(2));

        assertThat(toVictim).isZero();
    }

    @Test
    void aProbeThatIsReplayedIsNotAnswered() {
        one.ping(two.address(), 1);
        internet.run(Times.seconds(1));
        List<byte[]> real = List.copyOf(toTwo);
        assertThat(real).anyMatch(datagram -> Header.type(datagram, 0) == PacketType.TEST_REQUEST);

        real.stream()
                .filter(datagram -> Header.type(datagram, 0) != PacketType.HANDSHAKE)
                .forEach(datagram -> internet.inject(VICTIM, two.endpoint(), datagram));
        internet.run(Times.seconds(2));

        assertThat(toVictim).isZero();
    }

    @Test
    void packetsWithUnknownIndexesBringBackLessThanTheyCost() {
        long sent = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] packet = new byte[16 + i % 3];
            Header.write(packet, 0, PacketType.DATA, 9000 + i, 7);
            internet.inject(VICTIM, two.endpoint(), packet);
            sent += packet.length;
        }
        internet.run(Times.seconds(2));

        assertThat(toVictim).isLessThan(sent / 10);
    }

    @Test
    void aFirstMessageThatIsRecordedAndRepeatedBringsBackLessThanItCosts() {
        byte[] stage1 = toTwo.stream()
                .filter(datagram -> datagram.length > 60 && Header.type(datagram, 0) == PacketType.HANDSHAKE)
                .findFirst()
                .orElseThrow();
        long sent = 0;
        for (int i = 0; i < 1000; i++) {
            internet.inject(VICTIM, two.endpoint(), stage1);
            sent += stage1.length;
        }
        internet.run(Times.seconds(2));

        assertThat(toVictim).isPositive().isLessThan(sent / 10);
    }

    @Test
    void punchesOfStrangersAreNeverAnswered() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.SYMMETRIC, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.SYMMETRIC, "phone");
        internet.run(Times.seconds(2));
        new Flow(internet, laptop, phone);
        for (int i = 0; i < 500; i++) {
            laptop.receive(VICTIM.withPort(1000 + i), new byte[1]);
            internet.run(Times.millis(10));
        }

        assertThat(laptop.isRelayedTo(phone.address())).isTrue();
        assertThat(toVictim).isZero();
    }

    @Test
    void punchesInThePeersNameAreAnsweredSeldom() {
        SimulatedHost laptop = fleet.behind(Nat.Kind.SYMMETRIC, "laptop");
        StockNode phone = fleet.stock(Nat.Kind.SYMMETRIC, "phone");
        internet.run(Times.seconds(2));
        new Flow(internet, laptop, phone);
        internet.run(Times.seconds(1));
        UnderlayEndpoint router = phone.nat().address();
        long[] probes = new long[1];
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (to.withPort(0).equals(router) && to.port() >= 40000) {
                probes[0]++;
            }
            return true;
        });
        for (int i = 0; i < 1000; i++) {
            laptop.receive(router.withPort(40000 + i), new byte[1]);
            internet.run(Times.millis(1));
        }

        assertThat(probes[0]).isBetween(1L, 45L);
    }
}
