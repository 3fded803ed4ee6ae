package dev.pharos.agent.dataplane;

import dev.pharos.agent.fuzz.FuzzTarget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Packets on their way to a device that takes large ones. The input is a list of packets: descriptions of TCP and UDP
 * packets, whose checksums are made right, as nothing is joined otherwise, and packets byte by byte. What is written must
 * be, cut up by the kernel, what was put in.
 *
 * <pre>
 *  0  bits: 0 as it is (rest of the input), 1 IPv4, 2 TCP, 3 don't fragment, 4 flush before; 5 to 7 flow
 *  1  TCP flags
 *  2  step of the sequence number and the identification beyond the expected
 *  3  payload length / 4
 * </pre>
 */
public final class CoalescerFuzz implements FuzzTarget {
    private static final int MAX_PACKETS = 200;
    private static final int SHOWN = 256;
    private static final int MAX_RAW = 9000;

    private final Sink sink = new Sink();
    private final Coalescer coalescer = new Coalescer(Arena.ofAuto(), sink, Coalescer.Mode.TCP_AND_UDP);
    private final MemorySegment slab = Arena.ofAuto().allocate(1 << 17);
    private int used;
    private final int[] sequence = new int[64];
    private final int[] identification = new int[64];

    @Override
    public void run(byte[] input) {
        sink.written.clear();
        used = 0;
        ByteBuffer bytes = ByteBuffer.wrap(input);
        List<byte[]> packets = new ArrayList<>();
        while (bytes.remaining() >= 4 && packets.size() < MAX_PACKETS) {
            byte[] packet = next(bytes);
            packets.add(packet);
            add(packet);
        }
        coalescer.flush();
        FuzzTarget.require(count(packets).equals(count(sink.written)), "packets were lost or changed");
    }

    /** As the inbox does it: the packet stays in native memory, its first bytes are shown. */
    private void add(byte[] packet) {
        if (packet.length > slab.byteSize() - used) {
            coalescer.flush();
            used = 0;
        }
        MemorySegment.copy(packet, 0, slab, ValueLayout.JAVA_BYTE, used, packet.length);
        coalescer.add(slab, used, packet.length, Arrays.copyOf(packet, SHOWN));
        used += packet.length;
    }

    private byte[] next(ByteBuffer bytes) {
        int kind = bytes.get() & 0xff;
        if ((kind & 16) != 0) {
            coalescer.flush();
        }
        if ((kind & 1) != 0) {
            byte[] packet = new byte[Math.min(bytes.remaining(), MAX_RAW)];
            bytes.get(packet);
            return packet;
        }
        int flags = bytes.get() & 0xff;
        int step = bytes.get();
        byte[] payload = new byte[(bytes.get() & 0xff) * 4];
        int flow = (kind >> 5 & 7) | (kind & 6) << 2;
        sequence[flow] += step;
        identification[flow] += step;
        byte[] packet = PlainPath.packet(
                new PlainPath.Flow((kind & 2) != 0, (kind & 4) != 0, flow, new byte[0]),
                new PlainPath.Step(identification[flow], (kind & 8) != 0, sequence[flow], flags, 500),
                payload);
        sequence[flow] += payload.length;
        identification[flow]++;
        return packet;
    }

    private static Map<ByteBuffer, Integer> count(List<byte[]> packets) {
        Map<ByteBuffer, Integer> counts = new HashMap<>();
        packets.forEach(packet -> counts.merge(ByteBuffer.wrap(meaning(packet)), 1, Integer::sum));
        return counts;
    }

    /** Without the identification of a packet that must not be fragmented: it means nothing, and is not kept. */
    private static byte[] meaning(byte[] packet) {
        boolean whole = packet.length >= IpHeader.V4_LENGTH
                && IpHeader.isV4(packet, 0)
                && BigEndian.u16(packet, IpHeader.V4_FRAGMENT) == IpHeader.V4_DONT_FRAGMENT;
        if (!whole) {
            return packet;
        }
        byte[] copy = packet.clone();
        BigEndian.put16(copy, IpHeader.V4_ID, 0);
        BigEndian.put16(copy, IpHeader.V4_CHECKSUM, 0);
        return copy;
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                new byte[] {6, 16, 0, 100, 6, 16, 0, 100, 6, 24, 0, 20, 4, 16, 0, 100, 4, 16, 0, 100},
                new byte[] {2, 0, 0, 50, 2, 0, 0, 50, 0, 0, 0, 50, 0, 0, 0, 50, 34, 0, 1, 9},
                new byte[] {14, 16, 0, 100, 14, 16, 5, 100, 1, 0x45, 0, 0, 20});
    }

    private static final class Sink implements PacketSink {
        private final List<byte[]> written = new ArrayList<>();

        @Override
        public boolean write(MemorySegment vectors, long at, int count) {
            byte[] gathered = PlainPath.gather(vectors, at, count);
            written.addAll(PlainPath.expand(MemorySegment.ofArray(gathered), 0, gathered.length));
            return true;
        }
    }
}
