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
import java.util.concurrent.locks.LockSupport;

/** Datagrams sent steadily from one machine to another, and how long the other had to do without. */
public final class DatagramFlow implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(10);
    private static final int SIZE = 200;

    private final DatagramChannel sender;
    private final DatagramChannel receiver;
    private final InetSocketAddress target;
    private long last = System.nanoTime();
    private long longest;
    private long received;

    private DatagramFlow(DatagramChannel sender, DatagramChannel receiver, InetSocketAddress target) {
        this.sender = sender;
        this.receiver = receiver;
        this.target = target;
    }

    /**
     * Begins to send a hundred datagrams a second.
     *
     * @param address the receiving machine's, as the sending one is to use it
     */
    public static DatagramFlow start(Namespace from, Namespace to, String address, int port) {
        DatagramChannel receiver =
                to.open(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(port)));
        DatagramChannel sender = from.open(() -> DatagramChannel.open(StandardProtocolFamily.INET));
        DatagramFlow flow = new DatagramFlow(sender, receiver, new InetSocketAddress(address, port));
        Thread.ofPlatform().daemon().name("flow-out").start(flow::send);
        Thread.ofPlatform().daemon().name("flow-in").start(flow::receive);
        return flow;
    }

    /** How many datagrams have arrived. */
    public synchronized long received() {
        return received;
    }

    /** Forgets every gap so far. */
    public synchronized void mark() {
        longest = 0;
    }

    /** The longest time between two arrivals since {@link #mark}, or since the last arrival if that is longer. */
    public synchronized Duration longestGap() {
        return Duration.ofNanos(Math.max(longest, System.nanoTime() - last));
    }

    @Override
    public void close() throws IOException {
        sender.close();
        receiver.close();
    }

    /** While there is no route or no key the kernel or the agent drops or refuses; the next one may pass. */
    private void send() {
        ByteBuffer datagram = ByteBuffer.allocate(SIZE);
        while (sender.isOpen()) {
            try {
                sender.send(datagram.clear(), target);
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException _) {
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private void receive() {
        ByteBuffer datagram = ByteBuffer.allocate(SIZE);
        try {
            while (receiver.receive(datagram.clear()) != null) {
                arrived(System.nanoTime());
            }
        } catch (ClosedChannelException _) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void arrived(long now) {
        longest = Math.max(longest, now - last);
        last = now;
        received++;
    }
}
