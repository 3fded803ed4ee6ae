package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshEvent.HandshakeRefused;
import dev.pharos.agent.mesh.MeshEvent.LimitHit;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Floods from outside: tunnels that stand go on, acquaintances get in, tables and log stay small, and it is counted. */
class FloodTests {
    private static final int PER_TICK = 100;
    private static final long TICK = Times.millis(5);

    private final Fleet fleet = new Fleet(21);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost good = fleet.open("good");
    private final SimulatedHost server = fleet.open("server");
    private final Random random = new Random(5);
    private final StockPeer stranger =
            new StockPeer(new Authority(new Random(77)), "stranger", new VpnPrefix(Fleet.address(200), 16));
    private boolean flooding;

    /** Something each tick, straight at a host: 20 000 a second. */
    private void flood(SimulatedHost victim, Iterable<byte[]> packets) {
        flooding = true;
        var next = packets.iterator();
        internet.at(internet.now() + TICK, () -> tick(victim, packets, next));
    }

    private void tick(SimulatedHost victim, Iterable<byte[]> packets, Iterator<byte[]> next) {
        Iterator<byte[]> left = next;
        for (int i = 0; i < PER_TICK; i++) {
            left = left.hasNext() ? left : packets.iterator();
            victim.receive(invented(), left.next());
        }
        Iterator<byte[]> rest = left;
        if (flooding) {
            internet.at(internet.now() + TICK, () -> tick(victim, packets, rest));
        }
    }

    private UnderlayEndpoint invented() {
        return UnderlayEndpoint.ofV4(0x0b000000 | random.nextInt(1 << 24), 1 + random.nextInt(65_535));
    }

    private long hits(SimulatedHost host, String name) {
        return host.mesh().limits().stream()
                .filter(limit -> limit.name().equals(name))
                .mapToLong(LimitStatus::count)
                .sum();
    }

    private void talk(SimulatedHost one, SimulatedHost two, String line) {
        long start = internet.now();
        Runnable insist = new Runnable() {
            @Override
            public void run() {
                if (!two.hasHeard(one.address(), line) && internet.now() - start < Times.SECOND) {
                    one.say(two.address(), line);
                    internet.at(internet.now() + Times.millis(50), this);
                }
            }
        };
        insist.run();
        assertThat(internet.runUntil(Times.seconds(1), () -> two.hasHeard(one.address(), line)))
                .as(line)
                .isTrue();
    }

    private List<byte[]> firstMessages() {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            messages.add(stranger.stage1());
        }
        return messages;
    }

    @Test
    void handshakesFromInventedAddressesLeaveTunnelsAndAcquaintancesAlone() {
        internet.run(Times.seconds(2));
        talk(good, server, "before");
        flood(server, firstMessages());
        internet.run(Times.seconds(2));

        talk(good, server, "on a tunnel that stands");
        good.remember();
        good.crash();
        good.boot();
        talk(good, server, "from an address that it knows");
        SimulatedHost fresh = fleet.behind(Nat.Kind.PORT_RESTRICTED, "fresh");
        internet.run(Times.seconds(1));
        talk(fresh, server, "announced by a lighthouse");
        flooding = false;

        assertThat(hits(server, "handshakes")).isGreaterThan(50_000);
        assertThat(server.mesh().sizes().tunnels()).isLessThanOrEqualTo(8);
        assertThat(told(server, HandshakeRefused.class)).isLessThanOrEqualTo(20);
        assertThat(told(server, LimitHit.class)).isLessThanOrEqualTo(4);
        assertThat(hits(server, "refused handshakes in the log")).isPositive();
    }

    private static long told(SimulatedHost host, Class<? extends MeshEvent> kind) {
        return host.events().stream().filter(kind::isInstance).count();
    }

    @Test
    void aMillionPacketsAMinuteWithUnknownIndexesCostLittleAndGrowNothing() {
        internet.run(Times.seconds(2));
        talk(good, server, "before");
        TableSizes before = server.mesh().sizes();
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            byte[] packet = new byte[60];
            random.nextBytes(packet);
            new Header(PacketType.DATA, random.nextInt(), random.nextLong()).write(packet, 0);
            packets.add(packet);
        }
        long sent = server.sent();

        flood(server, packets);
        internet.run(Times.seconds(5));
        talk(good, server, "meanwhile");
        flooding = false;

        assertThat(server.sent() - sent).as("answers to 100 000 packets").isLessThanOrEqualTo(700);
        assertThat(server.mesh().sizes().tunnels()).isEqualTo(before.tunnels());
        assertThat(hits(server, "packets with unknown indexes")).isGreaterThan(90_000);
    }

    @Test
    void repeatedAndCutOffHandshakesAreBoundedToo() {
        List<byte[]> recorded = new ArrayList<>();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (to.equals(server.endpoint()) && Header.type(datagram, 0) == PacketType.HANDSHAKE) {
                recorded.add(datagram.clone());
                recorded.add(Arrays.copyOf(datagram, datagram.length / 2));
            }
            return true;
        });
        internet.run(Times.seconds(1));
        talk(good, server, "before");
        assertThat(recorded).isNotEmpty();
        long sent = server.sent();
        TableSizes before = server.mesh().sizes();

        flood(server, recorded);
        internet.run(Times.seconds(2));
        talk(good, server, "meanwhile");
        flooding = false;

        assertThat(server.sent() - sent).as("answers to 40 000 packets").isLessThanOrEqualTo(1700);
        assertThat(server.mesh().sizes().tunnels()).isEqualTo(before.tunnels());
        assertThat(hits(server, "repeated handshakes") + hits(server, "handshakes"))
                .isGreaterThan(15_000);
    }

    @Test
    void aScanOfTheWholeOverlayHoldsLittleAndNothingForLong() {
        internet.run(Times.seconds(1));
        for (int i = 1000; i < 21_000; i++) {
            VpnAddress nobody = Fleet.address(i);
            for (int j = 0; j < 6; j++) {
                good.say(nobody, "is anybody there");
            }
        }
        TableSizes full = good.mesh().sizes();
        assertThat(full.pending()).isLessThanOrEqualTo(4096);
        assertThat(full.held()).isLessThanOrEqualTo(256 * 6 + 4096 * 4);
        assertThat(hits(good, "handshakes of ours under way")).isPositive();
        assertThat(hits(good, "packets that wait for a tunnel")).isPositive();

        internet.run(Times.seconds(20));

        assertThat(good.mesh().sizes().pending()).isZero();
        assertThat(good.mesh().sizes().held()).isZero();
        talk(good, server, "afterwards");
    }

    @Test
    void whatIsRefusedIsSaidNowAndThenAndCounted() {
        internet.run(Times.seconds(1));
        byte[] packet = stranger.stage1();
        for (int i = 0; i < 10; i++) {
            server.receive(Fleet.publicEndpoint(250), packet);
        }
        assertThat(told(server, HandshakeRefused.class)).isBetween(1L, 5L);
        assertThat(hits(server, "refused handshakes in the log")).isEqualTo(10 - told(server, HandshakeRefused.class));
        assertThat(anchor.isUp()).isTrue();
    }
}
