package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.linux.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names, metrics and the console of a Pharos lighthouse beside those of stock nebula from the same file, each with a
 * client. Asked with dig (apt-get install bind9-dnsutils).
 */
class ServicesIT {
    private static final String LIGHTHOUSE = """
        listen: {host: 0.0.0.0, port: 4242}
        lighthouse: {am_lighthouse: true, serve_dns: true, dns: {host: 127.0.0.1, port: 5353}}
        stats: {type: prometheus, listen: "127.0.0.1:9353", path: /metrics, interval: 1s, namespace: mesh,
          message_metrics: true, lighthouse_metrics: true}
        """;
    private static final String CLIENT = """
        listen: {host: 0.0.0.0, port: 0}
        static_host_map: {"10.79.0.1": ["192.0.2.1:4242"]}
        lighthouse: {interval: 10, hosts: ["10.79.0.1"]}
        """;

    /** What stock exports and we do not, because it would mean nothing here. */
    private static final String NOT_HERE =
            "mesh_(debug_.*|runtime_.*|network_tcp_rtt.*|hostmap_pending_(relay|remote)Indexes)";

    @TempDir
    Path directory;

    @BeforeAll
    static void digIsThere() throws Exception {
        try {
            assertThat(new ProcessBuilder("dig", "-v").start().waitFor()).isZero();
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw new AssertionError("dig is missing: apt-get install bind9-dnsutils", e);
            }
            Assumptions.abort("dig is missing: apt-get install bind9-dnsutils");
        }
    }

    @Test
    void namesAndMetricsAreThoseOfStockNebula() throws Exception {
        TestFiles files = new TestFiles(directory);
        Path ours = files.write("Lighthouse.One", "10.79.0.1/24", LIGHTHOUSE);
        Path client = files.write("Pi", "10.79.0.2/24", CLIENT);
        Set<String> theirMetrics;
        List<String> theirNames;
        try (Network network = new Network();
                Daemon lighthouse = Daemon.start(network.a, log("stock"), "nebula", "-config", ours.toString());
                Daemon _ = Daemon.start(network.b, log("stock-client"), "nebula", "-config", client.toString())) {
            await().atMost(Duration.ofSeconds(20)).until(() -> lighthouse.wrote("Handshake message sent"));
            theirNames = network.dig("Pi A", "pi A");
            theirMetrics = names(network.metrics(9353));
            theirMetrics.addAll(newestNames());
        }
        Path state = directory.resolve("state");
        try (Network network = new Network();
                Daemon lighthouse = Daemon.start(
                        network.a,
                        log("ours"),
                        Daemon.AGENT,
                        "run",
                        "--config",
                        ours.toString(),
                        "--state-dir",
                        state.toString());
                Daemon peer = Daemon.start(
                        network.b, log("our-client"), Daemon.AGENT, "run", "--config", client.toString())) {
            await().atMost(Duration.ofSeconds(20)).until(() -> lighthouse.wrote("tunnel opened peer=Pi"));
            await().atMost(Duration.ofSeconds(20)).until(() -> lighthouse.wrote("names are answered"));
            assertThat(network.dig("Pi A", "pi A").getFirst()).isEqualTo(theirNames.getFirst());
            assertThat(network.dig("PI A", "lighthouse.one A", "Pi AAAA", "nobody A"))
                    .containsExactly(
                            "NOERROR PI.\t\t\t3600\tIN\tA\t10.79.0.2",
                            "NOERROR lighthouse.one.\t\t3600\tIN\tA\t10.79.0.1",
                            "NOERROR",
                            "NXDOMAIN");
            assertThat(network.dig("10.79.0.2 TXT").getFirst()).contains("\\\"name\\\":\\\"Pi\\\"", "fingerprint");

            Set<String> metrics = names(network.metrics(9353));
            Set<String> missing = theirMetrics.stream()
                    .map(ServicesIT::newName)
                    .filter(name -> !name.matches(NOT_HERE) && !metrics.contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(missing).isEmpty();
            assertThat(network.metrics(9353))
                    .contains("mesh_hostmap_main_hosts 1\n", "mesh_handshakes{type=\"count\"} 1\n")
                    .containsPattern("mesh_lighthouse_rx_HostUpdateNotification [1-9]")
                    .containsPattern("mesh_messages_rx_handshake_ixpsk0 [1-9]");

            console(state);

            // The name server moves and metrics go elsewhere when the file says so, and the tunnel stays.
            DatagramSocket graphite = network.a.call(() -> new DatagramSocket(2003));
            Files.writeString(
                    ours,
                    Files.readString(ours)
                            .replace("5353", "5354")
                            .replace("type: prometheus", "type: graphite, protocol: udp, host: '127.0.0.1:2003'"));
            assertThat(agent(state, "reload")).contains("reloading");
            await().atMost(Duration.ofSeconds(10)).until(() -> lighthouse.wrote("configuration reloaded"));
            assertThat(network.run("dig +tries=1 +time=3 -p 5354 @127.0.0.1 pi A"))
                    .contains("10.79.0.2");
            assertThatThrownBy(() -> network.fetch(9353)).isInstanceOf(ConnectException.class);
            assertThat(nextLines(graphite)).containsPattern("nebula\\.certificate\\.ttl_seconds\\.value \\d+ \\d+\n");
            assertThat(lighthouse.wrote("tunnel closed")).isFalse();

            closedByHand(state, lighthouse, peer);
        }
    }

    private static String nextLines(DatagramSocket graphite) throws IOException {
        try (graphite) {
            graphite.setSoTimeout(10_000);
            DatagramPacket datagram = new DatagramPacket(new byte[2000], 2000);
            graphite.receive(datagram);
            return new String(datagram.getData(), 0, datagram.getLength(), StandardCharsets.US_ASCII);
        }
    }

    private void console(Path state) throws Exception {
        assertThat(agent(state, "list-hostmap")).startsWith("[10.79.0.2]: [192.0.2.2:");
        assertThat(agent(state, "list-hostmap", "-json")).contains("\"name\":\"Pi\"", "\"isPrimary\":true");
        assertThat(agent(state, "list-lighthouse-addrmap")).contains("10.79.0.2: [");
        assertThat(agent(state, "list-pending-hostmap")).isEmpty();
        assertThat(agent(state, "print-cert")).contains("\"name\": \"Lighthouse.One\"");
        assertThat(agent(state, "print-cert", "-raw", "10.79.0.2")).startsWith("-----BEGIN NEBULA CERTIFICATE-----");
        assertThat(agent(state, "print-tunnel", "10.79.0.2")).contains("\"messageCounter\":");
        assertThat(agent(state, "print-tunnel", "10.79.0.9")).contains("Could not find tunnel");
        assertThat(agent(state, "print-relays")).isEqualTo("[]\n");
        assertThat(agent(state, "list-rules"))
                .contains(
                        "inbound[0] port: any, proto: icmp, host: any\n",
                        "outbound[0] port: any, proto: any, host: any\n");
        assertThat(agent(state, "device-info")).startsWith("overlay: [10.79.0.1/24], mtu 1300, udp port 4242");
        assertThat(agent(state, "query-lighthouse", "10.79.0.2")).contains("\"vpnAddr\":\"10.79.0.2\"");
        assertThat(agent(state, "log-level")).isEqualTo("Log level is: info\n");
        assertThat(agent(state, "log-level", "debug")).isEqualTo("Log level is: debug\n");
        assertThat(agent(state, "log-format", "json")).isEqualTo("Log format is: json\n");
        assertThat(agent(state, "log-format", "text")).isEqualTo("Log format is: text\n");
        assertThat(agent(state, "log")).contains("tunnel opened peer=Pi");
        assertThat(agent(state, "threads")).contains("loop-0, ");
        assertThat(agent(state, "version")).matches("\\d+\\.\\d+\\.\\d+.*\\n");
        assertThat(agent(state, "help")).contains("change-remote");
        assertThat(agent(state, "fly")).contains("no such command: fly");
        assertThat(agent(state, "change-remote", "10.79.0.2")).contains("No address was provided");
        String remote = agent(state, "list-hostmap").replaceAll("(?s).*: \\[([^,\\]]+).*", "$1");
        assertThat(agent(state, "change-remote", "-address", remote, "10.79.0.2"))
                .isEqualTo("Changed\n");
        assertThat(agent(state, "create-tunnel", "10.79.0.2")).isEqualTo("Created\n");
        assertThat(agent(state, "create-tunnel", "10.99.0.2")).contains("no other host of this network");
        assertThat(agent(state, "close-tunnel", "10.79.0.77")).contains("Could not find tunnel");
        profiles(state);
    }

    /** By the runtime that is shipped, which has to bring what they need. */
    private void profiles(Path state) throws Exception {
        Path cpu = directory.resolve("cpu.jfr");
        Path mutex = directory.resolve("mutex.jfr");
        Path heap = directory.resolve("heap.hprof");
        assertThat(agent(state, "start-cpu-profile", cpu.toString())).startsWith("Started cpu profile");
        assertThat(agent(state, "mutex-profile-fraction", "1")).isEqualTo("New value: 1. Old value: 0\n");
        assertThat(agent(state, "save-heap-profile", heap.toString())).startsWith("Mem profile created at " + heap);
        assertThat(agent(state, "save-mutex-profile", mutex.toString())).contains("created at " + mutex);
        assertThat(agent(state, "stop-cpu-profile")).isEqualTo("CPU profile created at " + cpu + "\n");
        assertThat(agent(state, "mutex-profile-fraction", "0")).isEqualTo("New value: 0. Old value: 1\n");
        assertThat(Files.readAllBytes(cpu)).startsWith('F', 'L', 'R', 0);
        assertThat(Files.readAllBytes(mutex)).startsWith('F', 'L', 'R', 0);
        assertThat(new String(Files.readAllBytes(heap), StandardCharsets.ISO_8859_1))
                .startsWith("JAVA PROFILE");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(heap)))
                .isEqualTo("rw-------");
    }

    /** The peer is told, and calls again, as it does with a lighthouse; once it is not told. */
    private static void closedByHand(Path state, Daemon lighthouse, Daemon peer) throws Exception {
        long opened = lighthouse.count("tunnel opened peer=Pi");
        long closed = lighthouse.count("tunnel closed peer=Pi");
        assertThat(agent(state, "close-tunnel", "10.79.0.2")).isEqualTo("Closed\n");
        await().atMost(Duration.ofSeconds(10)).until(() -> peer.wrote("tunnel closed peer=Lighthouse.One"));
        await().atMost(Duration.ofSeconds(20)).until(() -> lighthouse.count("tunnel opened peer=Pi") > opened);
        assertThat(agent(state, "list-hostmap")).startsWith("[10.79.0.2]: [192.0.2.2:");

        long told = peer.count("tunnel closed");
        assertThat(agent(state, "close-tunnel", "-local-only", "10.79.0.2")).isEqualTo("Closed\n");
        assertThat(lighthouse.count("tunnel closed peer=Pi")).isGreaterThanOrEqualTo(closed + 2);
        assertThat(peer.count("tunnel closed")).isEqualTo(told);
    }

    /** Before 1.10 addresses were called IPs. */
    private static String newName(String name) {
        return name.replaceAll("_dropped_(local|remote)_ip$", "_dropped_$1_addr");
    }

    /** As the same file makes nebula 1.11.0 export them, without what is about Go. */
    private static List<String> newestNames() throws IOException {
        try (InputStream names = ServicesIT.class.getResourceAsStream("nebula-1.11-metrics.txt")) {
            return new String(Objects.requireNonNull(names).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static Set<String> names(String metrics) {
        return metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceAll("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static String agent(Path state, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Daemon.AGENT, "debug", "--state-dir", state.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Two namespaces and the wire between them; loopback is up for name server and metrics. */
    private static final class Network implements AutoCloseable {
        private final NetworkNamespace a = new NetworkNamespace();
        private final NetworkNamespace b = new NetworkNamespace();

        private Network() throws Exception {
            NetworkNamespace.join(a, "192.0.2.1/30", b, "192.0.2.2/30", "ab");
            run("ip link set lo up && echo up");
        }

        private String run(String command) throws Exception {
            return a.call(() -> {
                Process process = new ProcessBuilder("sh", "-c", command)
                        .redirectErrorStream(true)
                        .start();
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            });
        }

        private String metrics(int port) throws Exception {
            await().atMost(Duration.ofSeconds(10))
                    .ignoreException(ConnectException.class)
                    .until(() -> fetch(port).contains("hostmap"));
            return fetch(port);
        }

        private String fetch(int port) throws Exception {
            return a.call(() -> {
                try (InputStream body = URI.create("http://127.0.0.1:" + port + "/metrics")
                        .toURL()
                        .openStream()) {
                    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
                }
            });
        }

        /** The status of each answer, and its record if there is one. */
        private List<String> dig(String... questions) throws Exception {
            List<String> answers = new ArrayList<>();
            for (String question : questions) {
                String output = run("dig +tries=2 +time=3 +nocookie -p 5353 @127.0.0.1 " + question);
                String status = output.replaceAll("(?s).*status: (\\w+).*", "$1");
                String answer = output.lines()
                        .filter(line -> !line.startsWith(";") && !line.isBlank())
                        .collect(Collectors.joining());
                answers.add((status + " " + answer).strip());
            }
            return answers;
        }

        @Override
        public void close() {
            a.close();
            b.close();
        }
    }
}
