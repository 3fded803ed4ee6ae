package dev.pharos.lab.mesh;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What a program at one host meets that talks to another: TCP to ports 22 and 23, UDP to ports 200 and 201, pings, each of
 * the latter two in one packet and in fragments. All are asked at once, so that silence costs its patience once.
 */
final class Questions {
    static final int[] TCP_PORTS = {22, 23};
    static final int[] UDP_PORTS = {200, 201};
    static final int FRAGMENTED = 3000;
    private static final int WHOLE = 100;
    private static final int PATIENCE = 700;
    private static final int ATTEMPTS = 3;

    private final Namespace from;
    private final Map<String, CompletableFuture<String>> asked = new LinkedHashMap<>();

    private Questions(Namespace from) {
        this.from = from;
    }

    /** Where to ask. {@code name} is what stands for the address in an answer. */
    record Target(String name, String address) {}

    /** What each probe came to, by what was asked. */
    static SortedMap<String, String> ask(Namespace from, Collection<Target> targets) {
        Questions questions = new Questions(from);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            targets.forEach(target -> questions.ask(threads, target));
        }
        SortedMap<String, String> outcomes = new TreeMap<>();
        questions.asked.forEach((what, answer) -> outcomes.put(what, answer.join()));
        return outcomes;
    }

    /** Whether a TCP connection to that port comes about. */
    static boolean connects(Namespace from, String address, int port) {
        return from.open(() -> connect(address, port)).equals("connected");
    }

    private void ask(ExecutorService threads, Target target) {
        String address = target.address();
        for (int port : TCP_PORTS) {
            ask(threads, "tcp " + port + " of " + target.name(), () -> from.open(() -> connect(address, port)));
        }
        for (int size : new int[] {WHOLE, FRAGMENTED}) {
            String of = " of " + target.name() + ", " + size + " bytes";
            for (int port : UDP_PORTS) {
                ask(threads, "udp " + port + of, () -> from.open(() -> exchange(address, port, size)));
            }
            ask(threads, "ping" + of, () -> ping(address, size));
        }
    }

    private void ask(ExecutorService threads, String what, Supplier<String> question) {
        asked.put(what, CompletableFuture.supplyAsync(question, threads));
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
                from.attempt(Duration.ofSeconds(5), "ping", "-n", "-c", "1", "-W", "1", "-s", size + "", address);
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
}
