package dev.pharos.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.log.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServerTests {
    static final StatusReport REPORT = new StatusReport(
            "rpi",
            List.of("10.42.0.20"),
            new StatusReport.Revision(0, 17),
            new StatusReport.ControlPlane(true, "https://203.0.113.5:8443", Instant.parse("2026-11-23T18:00:00Z")),
            List.of(
                    new StatusReport.Peer(
                            "laptop",
                            "10.42.0.10",
                            "direct",
                            "198.51.100.7:4242",
                            1.25,
                            Instant.parse("2026-11-23T18:00:00Z"),
                            Instant.parse("2026-11-23T18:01:00Z"),
                            2048,
                            100),
                    new StatusReport.Peer("phone", "10.42.0.11", "relay:anchor", null, null, null, null, 0, 0)),
            "0.1.0",
            Instant.parse("2026-11-23T17:00:00Z"),
            List.of(),
            List.of(),
            List.of(new StatusReport.Limit("handshakes", 12)));

    @TempDir
    Path directory;

    private LocalServer server;

    @BeforeEach
    void start() throws AgentException {
        server = LocalServer.start(directory, new FakeDaemon(REPORT), new EventLog(System.err, InstantSource.system()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theStatusArrivesWhole() throws Exception {
        try (LocalClient client = LocalClient.connect(directory).orElseThrow()) {
            assertThat(client.status()).isEqualTo(REPORT);
        }
    }

    @Test
    void oneConnectionCarriesManyRequests() throws Exception {
        try (LocalClient client = LocalClient.connect(directory).orElseThrow()) {
            assertThat(client.ping("laptop").rttMs()).isEqualTo(1.5);
            assertThatThrownBy(() -> client.ping("nobody"))
                    .isInstanceOf(AgentException.class)
                    .hasMessage("no host is called nobody");
            assertThat(client.ping("laptop").path()).isEqualTo("direct");
        }
    }

    @Test
    void everyOtherAnswerArrivesWholeToo() throws Exception {
        try (LocalClient client = LocalClient.connect(directory).orElseThrow()) {
            assertThat(client.check().problems()).containsExactly("no lighthouse answers");
            assertThat(client.explain("laptop", "rpi", "tcp/22")).isEqualTo(FakeDaemon.EXPLAINED);
            assertThat(client.netcheck()).isEqualTo(FakeDaemon.CHECKED);
            assertThat(client.debug(List.of("log", "-x"))).isEqualTo("ran log -x\n");
        }
    }

    @Test
    void onlyTheOwnerCanOpenTheSocket() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("agent.sock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aSocketLeftBehindIsNoRunningAgent() throws Exception {
        server.close();
        Files.createFile(directory.resolve("agent.sock"));

        assertThat(LocalClient.connect(directory)).isEmpty();
    }

    @Test
    void theKeysOfTheJsonAreAContract() {
        assertThat(StatusPrint.json(REPORT).replaceAll("\\s", ""))
                .startsWith("{\"host\":\"rpi\",\"addresses\":[\"10.42.0.20\"],\"revision\":{\"epoch\":0,\"number\":17},"
                        + "\"controlPlane\":{\"connected\":true,\"url\":\"https://203.0.113.5:8443\",\"since\":"
                        + "\"2026-11-23T18:00:00Z\"},\"peers\":[{\"name\":\"laptop\",\"address\":\"10.42.0.10\","
                        + "\"path\":\"direct\",\"endpoint\":\"198.51.100.7:4242\",\"rttMs\":1.25,\"lastHandshake\":"
                        + "\"2026-11-23T18:00:00Z\",\"lastHeard\":\"2026-11-23T18:01:00Z\",\"bytesIn\":2048,"
                        + "\"bytesOut\":100},");
    }

    @Test
    void theTableHasALineForEachPeer() {
        String table = StatusPrint.table(REPORT, Instant.parse("2026-11-23T18:01:30Z"));

        assertThat(table)
                .contains("control plane  connected to https://203.0.113.5:8443, for 1 min")
                .containsPattern(
                        "laptop  10.42.0.10  direct        198.51.100.7:4242  1.3 ms  1 min +30 s +2.0 KiB  100 B")
                .containsPattern("phone   10.42.0.11  relay:anchor  - +- +never +never +0 B +0 B");
    }
}
