package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.PlainPath.Flow;
import dev.pharos.agent.dataplane.PlainPath.Step;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Cutting up and joining again, against the plain path: the same packets, the same bytes, checksums included. */
class SegmentAndCoalesceTests {
    private static final int ACK = 0x10;
    private static final int PSH = 0x08;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment read = arena.allocate(TunDevice.MAX_READ);
    private final MemorySegment written = arena.allocate(1 << 16);

    /** Packets that are not written yet must not be given back. */
    private final List<MemorySegment> kept = new ArrayList<>();

    @Provide
    Arbitrary<Flow> flows() {
        Arbitrary<byte[]> options = Arbitraries.integers().between(0, 10).map(words -> {
            byte[] bytes = new byte[words * 4];
            new Random(words).nextBytes(bytes);
            return bytes;
        });
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(1, 3),
                        options)
                .as((v4, tcp, number, bytes) -> new Flow(v4, tcp, number, tcp ? bytes : new byte[0]));
    }

    @Property(tries = 300)
    void aLargePacketIsCutUpAsTheKernelWould(
            @ForAll("flows") Flow flow,
            @ForAll @IntRange(min = 1, max = 1400) int gsoSize,
            @ForAll @IntRange(min = 1, max = 40) int count,
            @ForAll("steps") Step step,
            @ForAll long seed) {
        int payload = Math.min(gsoSize * count - (int) Math.floorMod(seed, (long) gsoSize), 60_000);
        byte[] packet = PlainPath.packet(flow, step, random(payload, seed));
        PlainPath.writeLarge(read, flow, packet, gsoSize);
        int length = VirtioHeader.SIZE + packet.length;

        List<byte[]> expected = PlainPath.expand(read, 0, length);
        assertSame(cut(length), expected);
    }

    @Provide
    Arbitrary<Step> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 65535),
                        Arbitraries.of(true, false),
                        Arbitraries.integers(),
                        Arbitraries.of(ACK, ACK | PSH, ACK | PSH | 1, ACK | 0x80, 0x02))
                .as((id, df, sequence, flags) -> new Step(id, df, sequence, flags, 500));
    }

    @Property(tries = 300)
    void whatWasCutUpIsJoinedToTheSamePackets(
            @ForAll("flows") Flow flow,
            @ForAll @IntRange(min = 100, max = 1400) int gsoSize,
            @ForAll @IntRange(min = 2, max = 40) int count,
            @ForAll("steps") Step step,
            @ForAll long seed) {
        byte[] packet = PlainPath.packet(flow, step, random(Math.min(gsoSize * count - 7, 60_000), seed));
        PlainPath.writeLarge(read, flow, packet, gsoSize);
        List<byte[]> packets = cut(VirtioHeader.SIZE + packet.length);
        Capture capture = new Capture();
        Coalescer coalescer = new Coalescer(arena, capture, Coalescer.Mode.TCP_AND_UDP);
        for (byte[] each : packets) {
            add(coalescer, each);
        }
        coalescer.flush();

        assertSame(capture.expanded, packets);
        boolean joinable = !flow.tcp() || (step.flags() & ~PSH) == ACK;
        assertThat(capture.writes).isEqualTo(joinable ? 1 : step.flags() == (ACK | PSH | 1) ? 2 : capture.writes);
    }

    /** Packets of several flows mixed, in order and out of it, of every kind that must not be joined among them. */
    @Property(tries = 300)
    void noMixtureOfPacketsIsLostReorderedOrChanged(@ForAll long seed, @ForAll Coalescer.Mode mode) {
        List<byte[]> packets = mixture(new Random(seed));
        Capture capture = new Capture();
        Coalescer coalescer = new Coalescer(arena, capture, mode);
        for (byte[] packet : packets) {
            add(coalescer, packet);
        }
        coalescer.flush();
        Map<String, List<String>> actual = byFlow(capture.expanded);
        Map<String, List<String>> expected = byFlow(packets);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((flow, list) -> assertThat(actual.get(flow)).as(flow).containsExactlyElementsOf(list));
    }

    private static List<byte[]> mixture(Random random) {
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(20); i++) {
            boolean tcp = random.nextBoolean();
            flows.add(new Flow(random.nextBoolean(), tcp, i, new byte[tcp ? random.nextInt(4) * 4 : 0]));
        }
        int[] sequence = new int[flows.size()];
        int[] id = new int[flows.size()];
        boolean dontFragment = random.nextBoolean();
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            int which = random.nextInt(flows.size());
            Flow flow = flows.get(which);
            int payload = random.nextInt(10) == 0 ? random.nextInt(1200) : 1000;
            int flags = random.nextInt(8) == 0 ? random.nextInt(256) : ACK;
            int window = random.nextInt(20) == 0 ? 600 : 500;
            id[which] += random.nextInt(20) == 0 ? 2 : 1;
            byte[] packet = PlainPath.packet(
                    flow, new Step(id[which], dontFragment, sequence[which], flags, window), random(payload, i));
            sequence[which] += payload + (random.nextInt(20) == 0 ? 1 : 0);
            packets.add(damage(packet, random));
        }
        return packets;
    }

    private static byte[] damage(byte[] packet, Random random) {
        byte[] damaged = packet.clone();
        switch (random.nextInt(40)) {
            case 0 -> damaged[damaged.length - 1] ^= 1;
            case 1 -> damaged[6] |= 0x20;
            case 2 -> damaged[9] = 1;
            case 3 -> damaged = Arrays.copyOf(damaged, 1 + random.nextInt(60));
            case 4 -> random.nextBytes(damaged);
            case 5 -> damaged[random.nextInt(Math.min(40, damaged.length))] ^= 0x40;
            default -> {}
        }
        return damaged;
    }

    /**
     * Only within a flow is the order promised. With fragmentation forbidden the identification is not, and neither are
     * packets that do not parse.
     */
    private static Map<String, List<String>> byFlow(List<byte[]> packets) {
        Map<String, List<String>> flows = new TreeMap<>();
        HexFormat hex = HexFormat.of();
        for (byte[] packet : packets) {
            byte[] copy = packet.clone();
            if (copy.length >= 20
                    && copy[0] == 0x45
                    && copy[6] == 0x40
                    && copy[7] == 0
                    && PlainPath.isRight(copy, 20, copy[9] == 6)) {
                copy[4] = copy[5] = copy[10] = copy[11] = 0;
            }
            flows.computeIfAbsent(flow(copy), _ -> new ArrayList<>())
                    .add(hex.formatHex(copy, 0, Math.min(copy.length, 44)) + " " + Arrays.hashCode(copy));
        }
        return flows;
    }

    /** Addresses, ports and what is before them; a packet too short for that is a flow of its own. */
    private static String flow(byte[] packet) {
        boolean v4 = packet[0] >> 4 == 4;
        int end = v4 ? 24 : 44;
        if (packet.length < end) {
            return "short " + Arrays.hashCode(packet);
        }
        HexFormat hex = HexFormat.of();
        return hex.formatHex(packet, 0, 1) + hex.formatHex(packet, 6, 10) + hex.formatHex(packet, v4 ? 12 : 8, end);
    }

    @Example
    void fourSegmentsAreOneWriteWithTheHeaderOfTheFirst() {
        Flow flow = new Flow(true, true, 1, new byte[12]);
        Capture capture = new Capture();
        Coalescer coalescer = new Coalescer(arena, capture, Coalescer.Mode.TCP);
        for (int i = 0; i < 4; i++) {
            byte[] packet = PlainPath.packet(
                    flow, new Step(i, true, 1000 * i, i == 3 ? ACK | PSH : ACK, 500), random(i == 3 ? 10 : 1000, i));
            add(coalescer, packet);
        }
        coalescer.flush();
        assertThat(capture.writes).isEqualTo(1);
        assertThat(capture.last[0]).as("flags").isEqualTo((byte) 1);
        assertThat(capture.last[1]).as("GSO type").isEqualTo((byte) VirtioHeader.GSO_TCP4);
        assertThat((capture.last[4] & 0xff) | (capture.last[5] & 0xff) << 8)
                .as("GSO size")
                .isEqualTo(1000);
        assertThat(capture.last).hasSize(VirtioHeader.SIZE + 52 + 3010);
        assertThat(capture.expanded).hasSize(4);
    }

    @Example
    void aKernelThatRefusesALargePacketGetsNoMoreOfThem() {
        assertThat(modeAfterRefusal(new Flow(true, true, 1, new byte[0]), Offload.TUN_TCP))
                .isEqualTo(Coalescer.Mode.OFF);
        assertThat(modeAfterRefusal(new Flow(true, false, 1, new byte[0]), Offload.TUN_UDP))
                .isEqualTo(Coalescer.Mode.TCP);
    }

    private Coalescer.Mode modeAfterRefusal(Flow flow, Offload refused) {
        List<Offload> givenUp = new ArrayList<>();
        PacketSink sink = new PacketSink() {
            @Override
            public boolean write(MemorySegment vectors, long at, int count) {
                return count <= 2;
            }

            @Override
            public void givenUp(Offload offload) {
                givenUp.add(offload);
            }
        };
        Coalescer coalescer = new Coalescer(arena, sink, Coalescer.Mode.TCP_AND_UDP);
        for (int i = 0; i < 2; i++) {
            byte[] packet = PlainPath.packet(flow, new Step(i, true, 1000 * i, ACK, 500), random(1000, i));
            add(coalescer, packet);
        }
        coalescer.flush();
        assertThat(givenUp).containsExactly(refused);
        return coalescer.mode();
    }

    /** Two packets that met no congestion, then two that did (RFC 3168): what is joined has one mark. */
    @Example
    void marksOfCongestionAreKept() {
        for (boolean v4 : new boolean[] {true, false}) {
            for (boolean tcp : new boolean[] {true, false}) {
                Flow flow = new Flow(v4, tcp, 1, new byte[0]);
                List<byte[]> packets = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    byte[] packet = PlainPath.packet(flow, new Step(i, true, 1000 * i, ACK, 500), random(1000, i));
                    packets.add(marked(packet, flow, i < 2 ? 2 : 3));
                }
                Capture capture = new Capture();
                Coalescer coalescer = new Coalescer(arena, capture, Coalescer.Mode.TCP_AND_UDP);
                packets.forEach(packet -> add(coalescer, packet));
                coalescer.flush();
                assertSame(capture.expanded, packets);
                assertThat(capture.writes).isEqualTo(2);
            }
        }
    }

    private static byte[] marked(byte[] packet, Flow flow, int mark) {
        packet[1] |= (byte) (flow.v4() ? mark : mark << 4);
        PlainPath.complete(packet, flow.ipLength(), flow.tcp());
        return packet;
    }

    @Example
    void aPacketThatMakesNoSenseIsRefused() {
        Flow flow = new Flow(true, true, 1, new byte[0]);
        byte[] packet = PlainPath.packet(flow, new Step(1, true, 1, ACK, 500), random(3000, 1));
        PlainPath.writeLarge(read, flow, packet, 1000);
        Segmenter segmenter = new Segmenter(read);
        assertThat(segmenter.begin(VirtioHeader.SIZE + packet.length)).isTrue();
        assertThat(segmenter.begin(VirtioHeader.SIZE + 30)).isFalse();
        assertThat(segmenter.begin(5)).isFalse();
        VirtioHeader.writeSegmented(read, 0, VirtioHeader.GSO_TCP4, 40, 0, 20, 16);
        assertThat(segmenter.begin(VirtioHeader.SIZE + packet.length)).isFalse();
        VirtioHeader.writeSegmented(read, 0, VirtioHeader.GSO_TCP4, 40, 1000, 5000, 16);
        assertThat(segmenter.begin(VirtioHeader.SIZE + packet.length)).isFalse();
    }

    /** As the inbox does it; the packet lies somewhere in native memory. */
    private void add(Coalescer coalescer, byte[] packet) {
        MemorySegment slab = Arena.ofAuto().allocate(packet.length + 9L);
        MemorySegment.copy(packet, 0, slab, ValueLayout.JAVA_BYTE, 5, packet.length);
        coalescer.add(slab, 5, packet.length, Arrays.copyOf(packet, 256));
        kept.add(slab);
    }

    @Example
    void headersThatDoNotFitTogetherAreRefused() {
        Flow flow = new Flow(true, true, 1, new byte[0]);
        byte[] packet = PlainPath.packet(flow, new Step(1, true, 1, ACK, 500), new byte[100]);
        PlainPath.writeLarge(read, flow, packet, 60);
        int length = VirtioHeader.SIZE + packet.length;
        assertThat(new Segmenter(read).begin(length)).isTrue();

        VirtioHeader.writeSegmented(read, 0, VirtioHeader.GSO_TCP4, 40, 60, 20, 60);
        assertThat(new Segmenter(read).begin(length))
                .as("a checksum outside the headers")
                .isFalse();
        PlainPath.writeLarge(read, flow, packet, 60);
        read.set(ValueLayout.JAVA_BYTE, VirtioHeader.SIZE, (byte) 0x4f);
        assertThat(new Segmenter(read).begin(length))
                .as("TCP inside the IP header")
                .isFalse();
    }

    private List<byte[]> cut(int length) {
        Segmenter segmenter = new Segmenter(read);
        assertThat(segmenter.begin(length)).isTrue();
        List<byte[]> packets = new ArrayList<>();
        while (segmenter.hasNext()) {
            int next = segmenter.nextLength();
            segmenter.write(written, 3);
            packets.add(written.asSlice(3, next).toArray(ValueLayout.JAVA_BYTE));
        }
        return packets;
    }

    private static void assertSame(List<byte[]> actual, List<byte[]> expected) {
        HexFormat hex = HexFormat.of();
        assertThat(actual.stream().map(hex::formatHex))
                .containsExactlyElementsOf(expected.stream().map(hex::formatHex).toList());
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Keeps what would have been written, cut up again. */
    private static final class Capture implements PacketSink {
        final List<byte[]> expanded = new ArrayList<>();
        int writes;
        byte[] last = {};

        @Override
        public boolean write(MemorySegment vectors, long at, int count) {
            writes++;
            last = PlainPath.gather(vectors, at, count);
            expanded.addAll(PlainPath.expand(MemorySegment.ofArray(last), 0, last.length));
            return true;
        }
    }
}
