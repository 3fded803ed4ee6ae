package dev.pharos.lab.probe;

import dev.pharos.lab.net.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Numbered datagrams of 1000 bytes, one every 20 ms, from one machine to another, each with the time it was sent and the
 * time it arrived. Times are {@link System#nanoTime}: both ends are threads of this program.
 */
public final class OneWay implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(20);
    private static final int SIZE = 1000;

    private final DatagramChannel sender;
    private final DatagramChannel receiver;
    private final InetSocketAddress target;
    private final Runnable onFirst;
    private final List<Long> sent = new ArrayList<>();
    private final List<Long> arrivals = new ArrayList<>();
    private final List<Boolean> arrived = new ArrayList<>();
    private boolean sending;
    private long begun = Long.MAX_VALUE;

    private OneWay(DatagramChannel sender, DatagramChannel receiver, InetSocketAddress target, Runnable onFirst) {
        this.sender = sender;
        this.receiver = receiver;
        this.target = target;
        this.onFirst = onFirst;
    }

    /**
     * Opens both ends and begins to receive, not yet to send.
     *
     * @param address the receiving machine's, as the sending one is to use it
     * @param onFirst run once, when the first datagram has arrived
     */
    public static OneWay open(Namespace from, Namespace to, String address, int port, Runnable onFirst) {
        DatagramChannel receiver =
                to.open(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(port)));
        DatagramChannel sender = from.open(() -> DatagramChannel.open(StandardProtocolFamily.INET));
        OneWay way = new OneWay(sender, receiver, new InetSocketAddress(address, port), onFirst);
        Thread.ofPlatform().daemon().name("one-way-in").start(way::receive);
        return way;
    }

    /** Begins to send; a second call does nothing. */
    public synchronized void send() {
        if (!sending) {
            sending = true;
            begun = System.nanoTime();
            Thread.ofPlatform().daemon().name("one-way-out").start(this::sendSteadily);
        }
    }

    /** When it began to send. */
    public synchronized long begun() {
        return begun;
    }

    /** When the first datagram at or after {@code time} arrived, or {@link Long#MAX_VALUE} while none has. */
    public synchronized long firstArrivalSince(long time) {
        return arrivals.stream().filter(at -> at >= time).findFirst().orElse(Long.MAX_VALUE);
    }

    /** The longest time between two arrivals one after the other of which the second, or nothing yet, came after {@code since}. */
    public synchronized Duration longestGap(long since) {
        long longest = 0;
        long before = since;
        for (long at : arrivals) {
            if (at >= since) {
                longest = Math.max(longest, at - before);
            }
            before = Math.max(at, since - BETWEEN.toNanos());
        }
        return Duration.ofNanos(Math.max(longest, System.nanoTime() - before));
    }

    /** How many of the datagrams sent between two times have not arrived. */
    public synchronized long lost(long from, long to) {
        long lost = 0;
        for (int number = 0; number < sent.size(); number++) {
            if (sent.get(number) >= from && sent.get(number) < to && !arrived.get(number)) {
                lost++;
            }
        }
        return lost;
    }

    @Override
    public void close() {
        try {
            sender.close();
            receiver.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** While there is no route or no key the kernel or the agent drops or refuses; the next one may pass. */
    private void sendSteadily() {
        ByteBuffer datagram = ByteBuffer.allocate(SIZE);
        long next = System.nanoTime();
        while (sender.isOpen()) {
            int number = noteSent();
            try {
                sender.send(datagram.clear().putInt(0, number), target);
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException _) {
                LockSupport.parkNanos(1);
            }
            next += BETWEEN.toNanos();
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private synchronized int noteSent() {
        sent.add(System.nanoTime());
        arrived.add(false);
        return sent.size() - 1;
    }

    private void receive() {
        ByteBuffer datagram = ByteBuffer.allocate(SIZE);
        try {
            while (receiver.receive(datagram.clear()) != null) {
                if (noteArrival(datagram.getInt(0))) {
                    onFirst.run();
                }
            }
        } catch (ClosedChannelException _) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized boolean noteArrival(int number) {
        arrivals.add(System.nanoTime());
        arrived.set(number, true);
        return arrivals.size() == 1;
    }
}
