package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshEvent.PathSizeChanged;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.Header;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A path that swallows large packets is found out, kept, and used as far as it goes. */
class PathSizesTests {
    private static final int LARGE = 1300;
    private static final int OVERHEAD = 32;

    /** The type in a header's first byte. */
    private static final int TEST = 4;

    private final Fleet fleet = new Fleet(11);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost laptop = fleet.open("laptop");
    private int narrow = Integer.MAX_VALUE;
    private int largest;
    private int largestTest;

    PathSizesTests() {
        internet.add((from, to, datagram) -> {
            largest = Math.max(largest, datagram.length);
            boolean lighthouses = from.equals(anchor.endpoint()) || to.equals(anchor.endpoint());
            if ((datagram[0] & 0x0f) == TEST && !lighthouses) {
                largestTest = Math.max(largestTest, datagram.length);
            }
            return datagram.length <= narrow;
        });
    }

    @Test
    void aPharosPeerIsSentSmallerPacketsByTheSamePathAndLargeOnesAgainWhenTheyPass() {
        SimulatedHost server = fleet.open("server");
        narrowAndWiden(server.address());
        assertThat(laptop.isDirectTo(server.address())).isTrue();
    }

    /** Nebula 1.6 and 1.9 end with a panic when the payload of a test is longer than sixteen bytes. */
    @Test
    void aStockPeerIsSentNoLargeTests() {
        StockNode phone = fleet.stock(Nat.Kind.FULL_CONE, "phone");
        internet.run(Times.seconds(2));
        talk(phone.address(), LARGE, Times.seconds(3));
        narrow = 1000;
        talk(phone.address(), LARGE, Times.seconds(4));

        assertThat(largest).isGreaterThan(LARGE);
        assertThat(largestTest).isLessThanOrEqualTo(OVERHEAD + 16);
    }

    private void narrowAndWiden(VpnAddress peer) {
        internet.run(Times.seconds(2));
        talk(peer, LARGE, Times.seconds(3));
        assertThat(allowed(peer)).isEqualTo(Integer.MAX_VALUE);

        narrow = 1000;
        talk(peer, LARGE, Times.seconds(4));
        assertThat(allowed(peer)).isBetween(900, 1000 - OVERHEAD);

        narrow = Integer.MAX_VALUE;
        talk(peer, LARGE, Times.seconds(4));
        assertThat(allowed(peer)).isEqualTo(Integer.MAX_VALUE);
        assertThat(laptop.events().stream().filter(PathSizeChanged.class::isInstance))
                .hasSize(2);
    }

    @Test
    void aPathIsJudgedByItselfWhenTrafficMoves() {
        SimulatedHost server = fleet.open("server");
        internet.run(Times.seconds(2));
        talk(server.address(), LARGE, Times.seconds(3));
        narrow = 1000;
        talk(server.address(), LARGE, Times.seconds(4));
        Tunnel tunnel = tunnel(server.address());
        var elsewhere = new PathState(new Path.Direct(anchor.endpoint()));

        tunnel.use(elsewhere, internet.now());
        assertThat(tunnel.largestPacket()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void nothingLargeIsSentWhereTrafficIsSmall() {
        SimulatedHost server = fleet.open("server");
        internet.run(Times.seconds(2));
        largest = 0;

        talk(server.address(), 100, Times.seconds(20));

        assertThat(largest).isLessThan(Header.LENGTH + 500);
    }

    @Test
    void lossAloneIsNoNarrowPath() {
        SimulatedHost server = fleet.open("server");
        internet.run(Times.seconds(2));
        internet.loss(0.05);

        talk(server.address(), LARGE, Times.seconds(60));

        assertThat(laptop.events()).noneMatch(PathSizeChanged.class::isInstance);
    }

    @Test
    void aPathThatCarriesNothingIsNoNarrowPath() {
        SimulatedHost server = fleet.open("server");
        internet.run(Times.seconds(2));
        talk(server.address(), LARGE, Times.seconds(3));

        server.crash();
        talk(server.address(), LARGE, Times.seconds(5));

        assertThat(laptop.events()).noneMatch(PathSizeChanged.class::isInstance);
    }

    private void talk(VpnAddress peer, int size, long nanos) {
        for (long end = internet.now() + nanos; internet.now() < end; internet.run(Times.millis(100))) {
            laptop.say(peer, "x".repeat(size));
        }
    }

    private int allowed(VpnAddress peer) {
        return tunnel(peer).largestPacket();
    }

    private Tunnel tunnel(VpnAddress peer) {
        return Objects.requireNonNull(laptop.mesh().tunnelTo(peer));
    }
}
