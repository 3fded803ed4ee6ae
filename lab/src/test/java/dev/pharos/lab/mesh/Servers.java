package dev.pharos.lab.mesh;

import dev.pharos.lab.net.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** What listens at hosts for {@link Questions} and {@link LiveFlow}: ports that send back what they get. */
final class Servers implements AutoCloseable {
    private final List<AutoCloseable> servers = new ArrayList<>();

    void echoTcp(Namespace at, String address, int port) {
        ServerSocket server = at.open(() -> new ServerSocket(port, 5, InetAddress.ofLiteral(address)));
        servers.add(server);
        Thread.ofVirtual().name("accept").start(() -> accept(server));
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().name("echo").start(() -> echo(connection));
            } catch (SocketException closed) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Until the other end, or a firewall in its name, ends it. */
    private static void echo(Socket connection) {
        try (connection) {
            connection.getInputStream().transferTo(connection.getOutputStream());
        } catch (SocketException ended) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void echoUdp(Namespace at, String address, int port) {
        DatagramSocket socket = at.open(() -> new DatagramSocket(port, InetAddress.ofLiteral(address)));
        servers.add(socket);
        Thread.ofPlatform().daemon().name("echo").start(() -> echo(socket));
    }

    private static void echo(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[Questions.FRAGMENTED], Questions.FRAGMENTED);
        while (!socket.isClosed()) {
            try {
                packet.setLength(Questions.FRAGMENTED);
                socket.receive(packet);
                socket.send(packet);
            } catch (SocketException closed) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                throw new IllegalStateException("a server does not close", e);
            }
        }
    }
}
