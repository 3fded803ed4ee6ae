package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.EmptyNetwork;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.NetworkInterfaces;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.Vectors;
import dev.pharos.agent.linux.VirtioHeader;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Tries the two offloads of TUN devices in a network of their own: the kernel routes a large packet that is written to one
 * device out through another. As a large one it must still stand for the same packets, and cut up by the kernel it must be
 * them.
 */
final class TunSelfTest {
    private static final int PAYLOAD = 1000;
    private static final int SEGMENTS = 3;
    private static final int MTU = 1300;
    private static final int LIVES = 8;

    /** Of a millisecond each: the kernel routes at once, but nobody promises that. */
    private static final int TRIES = 100;

    private static final VpnAddress FROM = VpnAddress.ofV4(0x0a000002);
    private static final VpnAddress TO = VpnAddress.ofV4(0x0a000102);

    /** How the kernel treats large packets of one protocol. */
    enum Finding {
        RIGHT,
        WRONG,
        /** It does not take them, or trying is not allowed. */
        UNKNOWN;

        static Finding of(boolean right) {
            return right ? RIGHT : WRONG;
        }
    }

    /** By protocol. */
    record Outcome(Finding tcp, Finding udp) {}

    private static final Outcome UNTRIED = new Outcome(Finding.UNKNOWN, Finding.UNKNOWN);

    private final MemorySegment written;
    private final MemorySegment read;
    private final MemorySegment vector;
    private final TunDevice in;
    private final TunDevice out;

    private TunSelfTest(Arena arena, TunDevice in, TunDevice out) {
        this.written = arena.allocate(TunDevice.MAX_READ + 6, 16);
        this.read = arena.allocate(TunDevice.MAX_READ + 6, 16);
        this.vector = arena.allocate(Vectors.SIZE, 8);
        this.in = in;
        this.out = out;
    }

    /** Takes some milliseconds. */
    static Outcome run() {
        try {
            return EmptyNetwork.call(TunSelfTest::tried).orElse(UNTRIED);
        } catch (IOException e) {
            return UNTRIED;
        }
    }

    private static Outcome tried() throws IOException {
        try (Arena arena = Arena.ofConfined();
                TunDevice in = open("pharos-in", 0x0a000001);
                TunDevice out = open("pharos-out", 0x0a000101)) {
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
            TunSelfTest test = new TunSelfTest(arena, in, out);
            SamplePacket sample = new SamplePacket(PAYLOAD, SEGMENTS);
            Finding tcp = out.enableTcpOffload()
                    ? Finding.of(test.passes(sample.tcp(test.written, FROM, TO)))
                    : Finding.UNKNOWN;
            Finding udp = out.enableTcpAndUdpOffload()
                    ? Finding.of(test.passes(sample.largeUdp(test.written, FROM, TO)))
                    : Finding.UNKNOWN;
            return new Outcome(tcp, udp);
        }
    }

    private static TunDevice open(String name, int address) throws LinuxException {
        TunDevice device = TunDevice.open(name);
        NetworkInterfaces.up(name, MTU, 16);
        NetworkInterfaces.addAddress(name, new VpnPrefix(VpnAddress.ofV4(address), 24));
        return device;
    }

    /** Twice, with and without the offload of the device that it leaves by. */
    private boolean passes(int length) {
        Optional<List<ByteBuffer>> wanted = cut(written, length);
        boolean whole = wanted.isPresent() && wanted.equals(routed(length));
        out.disableOffloads();
        return whole && wanted.equals(routed(length));
    }

    /** The packets of ordinary size that come out of the other device. */
    private Optional<List<ByteBuffer>> routed(int length) {
        Vectors.set(vector, 0, written.address(), length);
        if (in.write(vector.address(), 1) != length) {
            return Optional.empty();
        }
        List<ByteBuffer> packets = new ArrayList<>();
        for (int i = 0; i < TRIES && packets.size() < SEGMENTS; i++) {
            int taken = out.read(read.address(), TunDevice.MAX_READ);
            if (taken > 0 && isV4()) {
                packets.addAll(cut(read, taken).orElse(List.of()));
            } else if (taken <= 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        return Optional.of(packets);
    }

    /** The kernel may have something of its own to say by IPv6. */
    private boolean isV4() {
        return read.get(JAVA_BYTE, VirtioHeader.SIZE) >> 4 == 4;
    }

    /** As they are but for the number of hops, which routing counts down, and the checksum over it. */
    private static Optional<List<ByteBuffer>> cut(MemorySegment memory, int length) {
        MemorySegment copy = Arena.ofAuto().allocate(length, Long.BYTES).copyFrom(memory.asSlice(0, length));
        Segmenter segmenter = new Segmenter(copy);
        if (!segmenter.begin(length)) {
            return Optional.empty();
        }
        List<ByteBuffer> packets = new ArrayList<>();
        while (segmenter.hasNext()) {
            byte[] packet = new byte[segmenter.nextLength()];
            segmenter.write(MemorySegment.ofArray(packet), 0);
            packet[LIVES] = 0;
            BigEndian.put16(packet, IpHeader.V4_CHECKSUM, 0);
            packets.add(ByteBuffer.wrap(packet));
        }
        return Optional.of(packets);
    }
}
