package dev.pharos.lab.probe;

import dev.pharos.lab.net.Namespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Nebula packets that nobody asked for, from many addresses, as fast as one thread writes them, up to a rate. */
public final class Flood implements AutoCloseable {
    private static final int ADDRESSES = 512;
    private static final int BURST = 50;
    private static final int LENGTH = 200;

    /** What the packets pretend to be. */
    public enum Kind {
        /** First messages of handshakes, which hold noise. */
        HANDSHAKES(0x1000),
        /** Data for tunnels that there are not. */
        UNKNOWN_INDEXES(0x1100);

        private final int typeWord;

        Kind(int typeWord) {
            this.typeWord = typeWord;
        }
    }

    private final List<DatagramChannel> channels = new ArrayList<>();
    private final InetSocketAddress victim;
    private final Kind kind;
    private final int perSecond;
    private final Random random = new Random(1);
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean wanted = true;

    private Flood(InetSocketAddress victim, Kind kind, int perSecond) {
        this.victim = victim;
        this.kind = kind;
        this.perSecond = perSecond;
    }

    /** Begins; the machine {@code from} takes a range of addresses for it, 198.18.0.0/15, which is meant for benchmarks. */
    public static Flood start(Namespace from, String address, int port, Kind kind, int perSecond) {
        from.ip("route replace local 198.18.0.0/15 dev lo");
        Flood flood = new Flood(new InetSocketAddress(address, port), kind, perSecond);
        from.open(() -> {
            for (int i = 0; i < ADDRESSES; i++) {
                var source = new InetSocketAddress("198.18." + i / 256 + "." + i % 256, 0);
                flood.channels.add(
                        DatagramChannel.open(StandardProtocolFamily.INET).bind(source));
            }
            return flood;
        });
        Thread.ofPlatform().daemon().name("flood").start(flood::send);
        return flood;
    }

    /** How many packets left. */
    public long sent() {
        return sent.get();
    }

    private void send() {
        byte[] bytes = new byte[LENGTH];
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        long start = System.nanoTime();
        while (wanted) {
            for (int i = 0; i < BURST; i++) {
                write(bytes, packet);
            }
            long due = start + sent.addAndGet(BURST) * 1_000_000_000L / perSecond;
            LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
        }
    }

    /** A full buffer of the socket drops a packet, and that is no matter. */
    private void write(byte[] bytes, ByteBuffer packet) {
        random.nextBytes(bytes);
        boolean handshake = kind == Kind.HANDSHAKES;
        packet.clear().putShort(0, (short) kind.typeWord).putShort(2, (short) 0);
        packet.putInt(4, handshake ? 0 : random.nextInt()).putLong(8, handshake ? 1 : random.nextLong());
        try {
            channels.get(random.nextInt(channels.size())).send(packet, victim);
        } catch (IOException _) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        wanted = false;
        for (DatagramChannel channel : channels) {
            channel.close();
        }
    }
}
