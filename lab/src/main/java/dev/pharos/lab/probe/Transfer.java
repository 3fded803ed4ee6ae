package dev.pharos.lab.probe;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.LabException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/** One TCP connection that carries a steady stream for as long as it is wanted, and every byte of it is looked at. */
public final class Transfer implements AutoCloseable {
    private static final int PIECE = 16 * 1024;
    private static final Duration BETWEEN = Duration.ofMillis(5);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LAST_BYTES = Duration.ofSeconds(20);

    private final ServerSocketChannel server;
    private final SocketChannel sender;
    private final CompletableFuture<Long> sent = new CompletableFuture<>();
    private final CompletableFuture<Long> received = new CompletableFuture<>();
    private volatile boolean wanted = true;
    private volatile long bytes;
    private volatile long longestPause;

    private Transfer(ServerSocketChannel server, SocketChannel sender) {
        this.server = server;
        this.sender = sender;
    }

    /**
     * Connects and begins to send some 3 MB a second.
     *
     * @param address the receiving machine's, as the sending one is to use it
     * @throws LabException when there is no connection within five seconds
     */
    public static Transfer start(Namespace from, Namespace to, String address, int port) {
        try {
            ServerSocketChannel server = TcpProbe.listen(to, port, TcpProbe.familyOf(address));
            SocketChannel sender = from.open(() -> SocketChannel.open(TcpProbe.familyOf(address)));
            sender.socket().connect(new InetSocketAddress(address, port), Math.toIntExact(CONNECT.toMillis()));
            Transfer transfer = new Transfer(server, sender);
            Thread.ofVirtual().name("transfer-out").start(() -> complete(transfer.sent, transfer::send));
            Thread.ofVirtual().name("transfer-in").start(() -> complete(transfer.received, transfer::receive));
            return transfer;
        } catch (IOException e) {
            throw new LabException("no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    /** How many bytes have arrived. */
    public long bytes() {
        return bytes;
    }

    /** The longest time without a byte between the first and the last. */
    public Duration longestPause() {
        return Duration.ofNanos(longestPause);
    }

    /**
     * Ends the stream and waits for its last byte.
     *
     * @throws LabException when the connection broke, or the stream is not the one that was sent
     */
    public void finish() {
        wanted = false;
        try {
            if (!sent.get(LAST_BYTES.toSeconds(), TimeUnit.SECONDS)
                    .equals(received.get(LAST_BYTES.toSeconds(), TimeUnit.SECONDS))) {
                throw new LabException("what arrived is not what was sent");
            }
        } catch (ExecutionException e) {
            throw new LabException("the transfer broke: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new LabException("the transfer stands still after " + bytes + " bytes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted during a transfer", e);
        }
    }

    @Override
    public void close() throws IOException {
        wanted = false;
        sender.close();
        server.close();
    }

    private interface Part {
        long checksum() throws IOException;
    }

    private static void complete(CompletableFuture<Long> whole, Part part) {
        try {
            whole.complete(part.checksum());
        } catch (IOException e) {
            whole.completeExceptionally(e);
        }
    }

    private long send() throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long number = 0; wanted; number++) {
            piece.clear();
            while (piece.hasRemaining()) {
                piece.putLong(number);
            }
            checksum.update(piece.flip());
            piece.rewind();
            while (piece.hasRemaining()) {
                sender.write(piece);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        sender.shutdownOutput();
        return checksum.getValue();
    }

    private long receive() throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        try (SocketChannel receiver = server.accept()) {
            long last = System.nanoTime();
            long total = 0;
            for (int length = receiver.read(piece); length >= 0; length = receiver.read(piece.clear())) {
                long now = System.nanoTime();
                longestPause = Math.max(longestPause, total == 0 ? 0 : now - last);
                last = now;
                total += length;
                bytes = total;
                checksum.update(piece.flip());
            }
        } catch (AsynchronousCloseException e) {
            throw new IOException("ended before its last byte", e);
        }
        return checksum.getValue();
    }
}
