package dev.pharos.agent.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.StatsSettings.Graphite;
import dev.pharos.agent.config.StatsSettings.Prometheus;
import dev.pharos.agent.config.StatsSettings.Transport;
import dev.pharos.agent.log.EventLog;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExporterTests {
    private final EventLog log = new EventLog(System.err, InstantSource.system());
    private final Samples samples = new Samples();

    private List<Metric> metrics() {
        for (int i = 1; i <= 4; i++) {
            samples.add(i * 10L);
        }
        return List.of(
                new Metric.Counter("messages.rx.message", 7),
                new Metric.Gauge("hostmap.main.hosts", 3),
                new Metric.Gauge("certificate.ttl_seconds", 1.5),
                new Metric.Histogram("handshakes", samples.summary()));
    }

    @Test
    void prometheusFetchesGaugesFromOnePath() throws Exception {
        Prometheus settings =
                new Prometheus(Duration.ofSeconds(1), new HostPort("127.0.0.1", 0), "/metrics", "ns", "sub");
        try (PrometheusServer server = PrometheusServer.start(settings, this::metrics, "0.1.0", log);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = get(client, server.port(), "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body())
                    .contains("ns_sub_info{javaversion=\"", "version=\"0.1.0\"} 1\n")
                    .contains("# TYPE ns_sub_messages_rx_message gauge\nns_sub_messages_rx_message 7\n")
                    .contains("ns_sub_hostmap_main_hosts 3\n", "ns_sub_certificate_ttl_seconds 1.5\n")
                    .contains("ns_sub_handshakes{type=\"count\"} 4\n", "ns_sub_handshakes{type=\"max\"} 40\n")
                    .contains("ns_sub_handshakes{type=\"mean\"} 25\n", "ns_sub_handshakes{type=\"perc75\"} 37.5\n")
                    .contains("ns_sub_handshakes{type=\"sum\"} 100\n", "ns_sub_handshakes{type=\"variance\"} 125\n");
            assertThat(get(client, server.port(), "/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void withoutNamespaceAndSubsystemNamesStandAlone() {
        Prometheus settings = new Prometheus(Duration.ofSeconds(1), new HostPort("", 0), "/", "", "");

        assertThat(new PrometheusText(settings).write(metrics(), "1")).contains("\nhostmap_main_hosts 3\n");
    }

    @Test
    void graphiteGetsLinesByTcp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            try (Exporter _ = Exporter.start(graphite(server.getLocalPort(), Transport.TCP), this::metrics, log);
                    var connection = server.accept()) {
                String lines = new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

                assertThat(lines)
                        .containsPattern("mesh\\.messages\\.rx\\.message\\.count 7 \\d+\\n")
                        .containsPattern("mesh\\.messages\\.rx\\.message\\.count_ps 140\\.00 \\d+\\n")
                        .containsPattern("mesh\\.hostmap\\.main\\.hosts\\.value 3 \\d+\\n")
                        .containsPattern("mesh\\.handshakes\\.std-dev 11\\.18 \\d+\\n")
                        .containsPattern("mesh\\.handshakes\\.999-percentile 40\\.00 \\d+\\n");
            }
        }
    }

    @Test
    void graphiteGetsLinesByUdp() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Exporter _ = Exporter.start(graphite(server.getLocalPort(), Transport.UDP), this::metrics, log)) {
            server.setSoTimeout(10_000);
            DatagramPacket datagram = new DatagramPacket(new byte[2000], 2000);
            server.receive(datagram);

            assertThat(new String(datagram.getData(), 0, datagram.getLength(), StandardCharsets.US_ASCII))
                    .startsWith("mesh.messages.rx.message.count 7 ")
                    .endsWith("\n");
        }
    }

    @Test
    void timesAreSecondsOfUnix() {
        assertThat(new GraphiteText(graphite(1, Transport.TCP)).write(metrics(), Instant.ofEpochSecond(1_800_000_000)))
                .startsWith("mesh.messages.rx.message.count 7 1800000000\n");
    }

    private static Graphite graphite(int port, Transport transport) {
        return new Graphite(Duration.ofMillis(50), transport, new HostPort("127.0.0.1", port), "mesh");
    }

    private static HttpResponse<String> get(HttpClient client, int port, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
