package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.dataplane.TestPlane.WithDevice;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.agent.mesh.MeshEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Four hosts with several event loops each: a relay, and three that reach each other through it alone. So every packet
 * crosses from loop to loop somewhere: from the device to the tunnel's owner, from there to the relay's, and on the relay
 * from hop to hop. As root.
 */
class ManyLoopsIT {
    private static final int BYTES = 4 << 20;
    private static final int NUMBERED = 20_000;
    private static final int LAST = -1;

    private final List<String> misuse = Collections.synchronizedList(new ArrayList<>());
    private final OneOwnerCiphers ciphers = new OneOwnerCiphers(misuse::add);
    private final TestPlane hosts = new TestPlane(ciphers);
    private final List<NetworkNamespace> places = new ArrayList<>();
    private final List<DataPlane> planes = new ArrayList<>();

    @BeforeEach
    void startFourHosts() throws Exception {
        for (int i = 0; i < 4; i++) {
            places.add(new NetworkNamespace());
        }
        hosts.loops = 3;
        for (int i = 1; i < 4; i++) {
            NetworkNamespace.join(
                    places.getFirst(), "192.0." + i + ".1/24", places.get(i), "192.0." + i + ".2/24", "data-veth" + i);
        }
        planes.add(hosts.startRelay(places.getFirst(), 1, WithDevice.YES));
        for (int i = 1; i < 4; i++) {
            hosts.loops = 1 + i;
            planes.add(hosts.startRelayed(places.get(i), i + 1, 1, "192.0." + i + ".1"));
        }
        for (int from = 2; from <= 4; from++) {
            for (int to = 1; to < from; to++) {
                String ping = "ping -c 1 -w 10 10.42.0." + to;
                places.get(from - 1).run(() -> NetworkNamespace.command(ping));
            }
        }
    }

    @AfterEach
    void leave() {
        planes.forEach(DataPlane::close);
        places.forEach(NetworkNamespace::close);
        assertThat(hosts.complaints).isEmpty();
        assertThat(misuse).isEmpty();
    }

    /** All at once and in both directions: whatever a tunnel carries, one thread seals it, with one counter after another. */
    @Test
    void transfersBetweenAllOfThemArriveWhole() throws Exception {
        List<CompletableFuture<?>> transfers = new ArrayList<>();
        int port = 7000;
        for (int from = 1; from <= 4; from++) {
            for (int to = 1; to <= 4; to++) {
                if (from != to) {
                    transfers.addAll(transfer(from, to, port++));
                }
            }
        }
        CompletableFuture.allOf(transfers.toArray(CompletableFuture[]::new)).join();

        assertThat(ciphers.sealed()).isGreaterThan(12L * 2 * BYTES / 1300);
        for (DataPlane plane : planes) {
            assertThat(plane.counters().crossed()).isPositive();
            assertThat(plane.counters().replays().refused()).isZero();
        }
        assertThat(planes.getFirst().counters().forwarded()).isGreaterThan(6L * 2 * BYTES / 1300);
    }

    private List<CompletableFuture<?>> transfer(int from, int to, int port) throws Exception {
        ServerSocket server = places.get(to - 1).call(() -> new ServerSocket(port));
        Socket socket = places.get(from - 1).call(() -> new Socket(InetAddress.ofLiteral("10.42.0." + to), port));
        byte[] bytes = new byte[BYTES];
        new Random(port).nextBytes(bytes);
        return List.of(
                background(() -> {
                    try (server;
                            Socket accepted = server.accept()) {
                        byte[] received = accepted.getInputStream().readNBytes(BYTES);
                        accepted.getOutputStream().write(received);
                    }
                }),
                background(() -> {
                    try (socket) {
                        socket.setSoTimeout(30_000);
                        socket.getOutputStream().write(bytes);
                        assertThat(socket.getInputStream().readNBytes(BYTES)).isEqualTo(bytes);
                    }
                }));
    }

    /** Numbered datagrams, one way: some may be lost, none may overtake another. */
    @Test
    void noFlowIsReordered() throws Exception {
        List<CompletableFuture<Integer>> flows = new ArrayList<>();
        int port = 8000;
        for (int from = 1; from <= 4; from++) {
            for (int to = 1; to <= 4; to++) {
                if (from != to) {
                    flows.add(numbered(from, to, port++));
                }
            }
        }
        for (CompletableFuture<Integer> flow : flows) {
            assertThat(flow.join())
                    .as("of twelve floods at once some get through")
                    .isGreaterThan(100);
        }
    }

    /** Answers how many arrived. */
    private CompletableFuture<Integer> numbered(int from, int to, int port) throws Exception {
        DatagramSocket sink = places.get(to - 1).call(() -> new DatagramSocket(port));
        DatagramSocket source = places.get(from - 1).call(() -> new DatagramSocket());
        CompletableFuture<Void> sent = background(() -> {
            byte[] bytes = new byte[1000];
            for (int number = 1; number <= NUMBERED; number++) {
                ByteBuffer.wrap(bytes).putInt(0, number);
                source.send(new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral("10.42.0." + to), port));
            }
        });
        CompletableFuture<Integer> received =
                CompletableFuture.supplyAsync(() -> inOrder(sink), Thread::startVirtualThread);
        return sent.thenCompose(_ -> background(() -> {
                    ByteBuffer last = ByteBuffer.allocate(4).putInt(LAST);
                    while (!received.isDone()) {
                        source.send(new DatagramPacket(last.array(), 4, InetAddress.ofLiteral("10.42.0." + to), port));
                        LockSupport.parkNanos(100_000);
                    }
                    source.close();
                }))
                .thenCompose(_ -> received);
    }

    private static int inOrder(DatagramSocket sink) {
        byte[] bytes = new byte[1000];
        int before = 0;
        int count = 0;
        try (sink) {
            sink.setSoTimeout(20_000);
            while (true) {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                sink.receive(packet);
                int number = ByteBuffer.wrap(bytes).getInt(0);
                if (number == LAST) {
                    return count;
                }
                assertThat(number).isGreaterThan(before);
                before = number;
                count++;
            }
        } catch (SocketTimeoutException e) {
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tunnel is closed by its owner's keys, and a new one opened. */
    @Test
    void aHostLeavesAndComesBack() throws Exception {
        planes.removeLast().close();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> hosts.events.stream()
                        .anyMatch(event -> event instanceof MeshEvent.TunnelClosed closed
                                && closed.reason() == MeshEvent.CloseReason.PEER_CLOSED));
        planes.add(hosts.startRelayed(places.getLast(), 4, 1, "192.0.3.1"));
        places.getLast().run(() -> NetworkNamespace.command("ping -c 3 -i 0.2 -w 10 10.42.0.2"));
        places.get(1).run(() -> NetworkNamespace.command("ping -c 3 -i 0.2 -w 10 10.42.0.4"));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> background(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }
}
