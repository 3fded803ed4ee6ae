package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.TunDevice;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Runs packets of its own through the parts of the byte path that loop over every byte, until the compiler has taken note.
 * Interpreted, a checksum takes some hundred microseconds: the first second of traffic would lose every fifth datagram of
 * 200 Mbit/s.
 */
public final class WarmUp {
    private static final int PAYLOAD = 1248;
    private static final int SEGMENTS = 8;

    private final MemorySegment read;
    private final MemorySegment sealed;
    private final Segmenter segmenter;
    private final Coalescer coalescer;
    private final Sealer sealer = new Sealer();
    private final TransportCipher cipher;
    private final byte[] header = new byte[256];
    private final SamplePacket sample = new SamplePacket(PAYLOAD, SEGMENTS);

    WarmUp(Arena arena, TransportCipherFactory ciphers, CipherSuite suite) {
        read = arena.allocate(TunDevice.MAX_READ + 6, 16);
        sealed = arena.allocate(1 << 16, 16);
        segmenter = new Segmenter(read);
        coalescer = new Coalescer(arena, (_, _, _) -> true, Coalescer.Mode.TCP_AND_UDP);
        cipher = ciphers.create(suite, new byte[TransportCipher.KEY_LENGTH]);
    }

    /** Runs for that long, on a thread of its own, which ends by itself. */
    public static void begin(TransportCipherFactory ciphers, CipherSuite suite, Duration time) {
        Thread.ofPlatform().daemon().name("warm-up").start(() -> {
            try (Arena arena = Arena.ofConfined()) {
                WarmUp warmUp = new WarmUp(arena, ciphers, suite);
                long end = System.nanoTime() + time.toNanos();
                for (long counter = 1; System.nanoTime() < end; counter += SEGMENTS) {
                    var _ = warmUp.round(counter);
                }
            }
        });
    }

    /** One large packet is cut up and sealed; its pieces are opened and joined. Answers how many were authentic. */
    int round(long first) {
        boolean tcp = (first / SEGMENTS & 1) == 0;
        segmenter.begin(tcp ? sample.tcp(read) : sample.udp(read));
        long counter = first;
        int at = 0;
        int opened = 0;
        while (segmenter.hasNext()) {
            int length = segmenter.nextLength();
            long plain = segmenter.next();
            Slab.writeHeader(sealed, at, PacketType.DATA, 1, counter);
            sealer.seal(cipher, counter, read, plain, sealed, at, Header.LENGTH, length);
            opened += open(at, length) ? 1 : 0;
            counter++;
            at += length + Outbox.OVERHEAD;
        }
        coalescer.flush();
        return opened;
    }

    private boolean open(int at, int length) {
        boolean authentic = Slab.type(sealed, at) == PacketType.DATA
                && sealer.open(
                        cipher,
                        Slab.counter(sealed, at),
                        sealed,
                        at,
                        Header.LENGTH,
                        length + TransportCipher.TAG_LENGTH);
        if (authentic) {
            Slab.read(sealed, at + Header.LENGTH, header, Math.min(length, header.length));
            coalescer.add(sealed, at + Header.LENGTH, length, header);
        }
        return authentic;
    }
}
