package dev.pharos.lab.mesh;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a program at one host meets that talks to another: TCP to ports 22 and 23, UDP to ports 200 and 201, pings, each of
 * the latter two in one packet and in fragments. The other listens on all of them.
 */
final class Questions implements AutoCloseable {
    private static final int PATIENCE = 700;
    private static final int ATTEMPTS = 3;
    private static final int WHOLE = 100;
    private static final int FRAGMENTED = 3000;
    private static final int[] TCP_PORTS = {22, 23};
    private static final int[] UDP_PORTS = {200, 201};

    private final Namespace near;
    private final List<AutoCloseable> servers = new ArrayList<>();

    private Questions(Namespace near) {
        this.near = near;
    }

    /** Starts the servers at these addresses of {@code far}. */
    static Questions between(Namespace near, Namespace far, List<String> addresses) {
        Questions questions = new Questions(near);
        for (String address : addresses) {
            for (int port : TCP_PORTS) {
                questions.servers.add(far.open(() -> new ServerSocket(port, 5, InetAddress.ofLiteral(address))));
            }
            for (int port : UDP_PORTS) {
                DatagramSocket echo = far.open(() -> new DatagramSocket(port, InetAddress.ofLiteral(address)));
                questions.servers.add(echo);
                Thread.ofPlatform().daemon().name("echo").start(() -> echo(echo));
            }
        }
        return questions;
    }

    /** What each probe of that address came to, by what was asked. */
    Map<String, String> ask(String address) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (int port : TCP_PORTS) {
            outcomes.put("tcp " + port + " of " + address, near.open(() -> connect(address, port)));
        }
        for (int size : new int[] {WHOLE, FRAGMENTED}) {
            for (int port : UDP_PORTS) {
                outcomes.put(
                        "udp " + port + " of " + address + ", " + size + " bytes",
                        near.open(() -> exchange(address, port, size)));
            }
            outcomes.put("ping of " + address + ", " + size + " bytes", ping(address, size));
        }
        return outcomes;
    }

    private static String connect(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 2 * PATIENCE);
            return "connected";
        } catch (SocketTimeoutException e) {
            return "silence";
        } catch (ConnectException e) {
            return "refused: " + e.getMessage();
        } catch (IOException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    /** The kernel tells of an ICMP error at the next call. */
    private static String exchange(String address, int port, int size) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            socket.setSoTimeout(PATIENCE);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                String outcome = exchangeOnce(socket, size);
                if (!outcome.equals("silence")) {
                    return outcome;
                }
            }
            return "silence";
        } catch (SocketException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private static String exchangeOnce(DatagramSocket socket, int size) {
        try {
            socket.send(new DatagramPacket(new byte[size], size));
            socket.receive(new DatagramPacket(new byte[FRAGMENTED], FRAGMENTED));
            return "answered";
        } catch (SocketTimeoutException e) {
            return "silence";
        } catch (PortUnreachableException e) {
            return "port unreachable";
        } catch (IOException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private String ping(String address, int size) {
        Shell.Result result =
                near.attempt(Duration.ofSeconds(5), "ping", "-n", "-c", "1", "-W", "1", "-s", size + "", address);
        if (result.succeeded()) {
            return "answered";
        }
        return result.text()
                .lines()
                .filter(line -> line.startsWith("From "))
                .map(line -> line.replaceFirst("^.*icmp_seq=\\d+ ?", ""))
                .findFirst()
                .orElse("silence");
    }

    private static void echo(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[FRAGMENTED], FRAGMENTED);
        while (!socket.isClosed()) {
            try {
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
