package dev.pharos.lab.probe;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.LabException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Whether a TCP port can be reached from a machine of the lab. */
public final class TcpProbe {
    private TcpProbe() {}

    /** Whether a connection is made within {@code limit}; refused and unanswered are the same no. */
    public static boolean connects(Namespace from, String address, int port, Duration limit) {
        try (SocketChannel channel = from.open(() -> SocketChannel.open(familyOf(address)))) {
            channel.socket().connect(new InetSocketAddress(address, port), Math.toIntExact(limit.toMillis()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static StandardProtocolFamily familyOf(String address) {
        return address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    /** A port of a machine that takes connections by IPv4 and says nothing. Close it when done. */
    public static ServerSocketChannel listen(Namespace at, int port) {
        return listen(at, port, StandardProtocolFamily.INET);
    }

    static ServerSocketChannel listen(Namespace at, int port, StandardProtocolFamily family) {
        return at.open(() -> {
            ServerSocketChannel server = ServerSocketChannel.open(family);
            try {
                return server.bind(new InetSocketAddress(port));
            } catch (IOException e) {
                server.close();
                throw new LabException("cannot listen on port " + port + " of " + at.name(), e);
            }
        });
    }
}
