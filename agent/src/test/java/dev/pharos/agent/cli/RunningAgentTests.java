package dev.pharos.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.status.FakeDaemon;
import dev.pharos.agent.status.LocalServer;
import dev.pharos.agent.status.StatusReport;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask an agent, and one that answers. */
class RunningAgentTests {
    @TempDir
    Path directory;

    private LocalServer server;

    @BeforeEach
    void start() throws Exception {
        StatusReport report = new StatusReport(
                "rpi", List.of(), null, null, List.of(), "0.1.0", Instant.EPOCH, List.of(), List.of(), List.of());
        server = LocalServer.start(directory, new FakeDaemon(report), new EventLog(System.err, InstantSource.system()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void statusCheckFailsWithALineForEachReason() {
        Run run = run("status", "--check");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("no lighthouse answers\nnotice: control plane gone\n");
        assertThat(run("status").exitCode()).isZero();
    }

    @Test
    void explainNamesTheRule() {
        Run run = run("explain", "laptop", "rpi", "tcp/22");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
            allowed: laptop to rpi, tcp/22
            by rule: inbound[1] port: 22, proto: tcp, groups: [mobiles]
            judged by rpi, inbound; laptop judges by its own rules
            """);
        assertThat(run("explain", "a", "b", "icmp", "--json").out()).contains("\"index\" : 1");
        assertThat(run("explain", "a", "b").exitCode()).isEqualTo(2);
    }

    @Test
    void netcheckHasALineForEachThing() {
        assertThat(run("netcheck").out()).isEqualTo("""
            lighthouse     anchor (10.42.0.2) answers in 3.1 ms, direct at 198.51.100.2:4242
            lighthouse     home-server (10.42.0.1) does not answer by UDP
            nat            cone: every peer sees the same endpoint, so others can be told where to send
            seen at        203.0.113.9:4242 by anchor
            own endpoint   192.168.7.20:4242
            ipv6           no global address
            port mapping   none: forward a port by hand where one is needed
            mtu            packets of 1300 bytes become 1360 on links of 1280: too large, lower tun.mtu to 1220
            """);
        assertThat(run("netcheck", "--json").out()).contains("\"kind\" : \"cone\"");
    }

    @Test
    void theConsoleGetsItsOptionsUntouched() {
        Run run = Run.of("debug", "--state-dir", directory.toString(), "list-hostmap", "-json", "--state-dir");

        assertThat(run.out()).isEqualTo("ran list-hostmap -json --state-dir\n");
        assertThat(run("debug").out()).isEqualTo("ran help\n");
    }

    private Run run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--state-dir";
        all[arguments.length + 1] = directory.toString();
        return Run.of(all);
    }
}
