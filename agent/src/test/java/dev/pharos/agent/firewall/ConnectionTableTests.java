package dev.pharos.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class ConnectionTableTests {
    private static final PeerIdentity PEER = Peers.at("10.99.0.3");

    enum Kind {
        USE,
        REMOVE,
        WAIT,
        SWEEP
    }

    record Step(Kind kind, int port) {}

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void itAgreesWithAMapOfEnds(@ForAll long seed, @ForAll("steps") List<Step> steps) {
        var table = new ConnectionTable(100_000, seed);
        Map<Integer, Long> ends = new HashMap<>();
        long now = 0;
        for (Step step : steps) {
            PacketView packet = packet(step.port());
            switch (step.kind()) {
                case USE -> {
                    int slot = table.find(packet, now);
                    assertThat(slot != ConnectionTable.NONE).isEqualTo(isLive(ends, step.port(), now));
                    if (slot == ConnectionTable.NONE) {
                        table.add(packet, direction(step.port()), step.port(), PEER, now, now + 10);
                    } else {
                        assertThat(table.direction(slot)).isEqualTo(direction(step.port()));
                        assertThat(table.version(slot)).isEqualTo(step.port());
                        table.prolong(slot, now + 10);
                    }
                    ends.put(step.port(), now + 10);
                }
                case REMOVE -> {
                    int slot = table.find(packet, now);
                    if (slot != ConnectionTable.NONE) {
                        table.remove(slot);
                    }
                    ends.remove(step.port());
                }
                case WAIT -> now++;
                case SWEEP -> {
                    table.sweep(Integer.MAX_VALUE, now);
                    long at = now;
                    ends.values().removeIf(end -> end <= at);
                    assertThat(table.size()).isEqualTo(ends.size());
                }
            }
        }
    }

    private static boolean isLive(Map<Integer, Long> ends, int port, long now) {
        return ends.getOrDefault(port, Long.MIN_VALUE) > now;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(20, Kind.USE), Tuple.of(4, Kind.REMOVE), Tuple.of(2, Kind.WAIT), Tuple.of(1, Kind.SWEEP));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 800))
                .as(Step::new)
                .list()
                .ofMaxSize(1500);
    }

    @Test
    void aFullTableDropsOneThatEndsSoon() {
        var table = new ConnectionTable(64, 1);
        for (int port = 0; port < 64; port++) {
            table.add(packet(port), Direction.INBOUND, 0, PEER, 0, 1000 - port);
        }
        table.add(packet(64), Direction.INBOUND, 0, PEER, 0, 2000);
        assertThat(table.size()).isEqualTo(64);
        assertThat(table.find(packet(64), 0)).isNotEqualTo(ConnectionTable.NONE);
        int lost = 0;
        for (int port = 0; port < 64; port++) {
            if (table.find(packet(port), 0) == ConnectionTable.NONE) {
                lost = port;
            }
        }
        assertThat(lost).isGreaterThanOrEqualTo(7);
    }

    @Test
    void everyPartOfTheKeyCounts() {
        var table = new ConnectionTable(64, 1);
        table.add(packet(1), Direction.INBOUND, 0, PEER, 0, 10);
        for (int part = 0; part < 8; part++) {
            PacketView other = packet(1);
            switch (part) {
                case 0 -> other.localHigh ^= 1;
                case 1 -> other.localLow ^= 1;
                case 2 -> other.remoteHigh ^= 1;
                case 3 -> other.remoteLow ^= 1;
                case 4 -> other.localPort ^= 1;
                case 5 -> other.remotePort ^= 1;
                case 6 -> other.protocol ^= 1;
                default -> other.fragment = true;
            }
            assertThat(table.find(other, 0)).isEqualTo(ConnectionTable.NONE);
        }
        assertThat(table.find(packet(1), 0)).isNotEqualTo(ConnectionTable.NONE);
    }

    private static Direction direction(int port) {
        return port % 2 == 0 ? Direction.INBOUND : Direction.OUTBOUND;
    }

    private static PacketView packet(int port) {
        var packet = new PacketView();
        byte[] bytes = Packets.udp("10.99.0.3", 53, "10.99.0.2", port);
        assertThat(packet.read(Direction.INBOUND, bytes, 0, bytes.length)).isTrue();
        return packet;
    }
}
