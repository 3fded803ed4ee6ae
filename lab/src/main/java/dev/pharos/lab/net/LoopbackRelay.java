package dev.pharos.lab.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Lets this machine's browser reach a TCP port inside a namespace: a port on 127.0.0.1 whose connections go there. */
public final class LoopbackRelay implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final ServerSocketChannel server;
    private final Namespace target;
    private final int port;

    private LoopbackRelay(ServerSocketChannel server, Namespace target, int port) {
        this.server = server;
        this.target = target;
        this.port = port;
    }

    /** Listens on the same port of 127.0.0.1 when it is free, else on any. */
    public static LoopbackRelay to(Namespace target, int port) {
        try {
            LoopbackRelay relay = new LoopbackRelay(listen(port), target, port);
            Thread.ofVirtual().name("relay-accept").start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
        }
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return server.socket().getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(server);
    }

    private static ServerSocketChannel listen(int wanted) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try {
            return server.bind(new InetSocketAddress(loopback, wanted));
        } catch (BindException _) {
            return server.bind(new InetSocketAddress(loopback, 0));
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel outer = server.accept();
                Thread.ofVirtual().name("relay").start(() -> connect(outer));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The far side may not be there (yet, or any more): then the near side is hung up on, as a dead port would. */
    private void connect(SocketChannel outer) {
        try {
            SocketChannel inner = target.open(() -> SocketChannel.open(StandardProtocolFamily.INET));
            try {
                inner.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                Thread.ofVirtual().name("relay-back").start(() -> pump(inner, outer));
                pump(outer, inner);
            } catch (IOException _) {
                closeQuietly(inner);
                closeQuietly(outer);
            }
        } catch (RuntimeException e) {
            closeQuietly(outer);
            throw e;
        }
    }

    private static void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (from;
                to) {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException _) {
            // Either end hung up, which closing both passes on.
        }
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close a socket", e);
        }
    }
}
