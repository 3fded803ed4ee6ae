package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.linux.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look into a running agent, on a lighthouse and a client from ordinary files. */
class CommandsIT {
    private static final String LIGHTHOUSE = "listen: {host: 0.0.0.0, port: 4242}\nlighthouse: {am_lighthouse: true}\n";
    private static final String CLIENT = """
        listen: {host: 0.0.0.0, port: 0}
        static_host_map: {"10.78.0.1": ["192.0.2.1:4242"]}
        lighthouse: {interval: 10, hosts: ["10.78.0.1"]}
        """;

    private record Result(int exit, String output) {}

    @Test
    void theyTellWhatIsTrue(@TempDir Path directory) throws Exception {
        TestFiles files = new TestFiles(directory);
        Path one = files.write("one", "10.78.0.1/24", LIGHTHOUSE);
        Path two = files.write("two", "10.78.0.2/24", CLIENT);
        Path state = directory.resolve("state");
        try (NetworkNamespace a = new NetworkNamespace();
                NetworkNamespace b = new NetworkNamespace()) {
            NetworkNamespace.join(a, "192.0.2.1/30", b, "192.0.2.2/30", "ab");
            try (Daemon lighthouse = Daemon.start(
                            a, directory.resolve("one.log"), Daemon.AGENT, "run", "--config", one.toString());
                    Daemon client = Daemon.start(
                            b,
                            directory.resolve("two.log"),
                            Daemon.AGENT,
                            "run",
                            "--config",
                            two.toString(),
                            "--state-dir",
                            state.toString())) {
                await().atMost(Duration.ofSeconds(20)).until(() -> client.wrote("tunnel opened peer=one"));

                assertThat(agent(state, "explain", "one", "two", "icmp")).isEqualTo(new Result(0, """
                    allowed: one to two, icmp
                    by rule: inbound[0] port: any, proto: icmp, host: any
                    judged by two, inbound; one judges by its own rules
                    """));
                assertThat(agent(state, "explain", "10.78.0.1", "two", "tcp/22"))
                        .isEqualTo(new Result(1, """
                            refused: 10.78.0.1 to two, tcp/22
                            because: no inbound rule allows it
                            judged by two, inbound; one judges by its own rules
                            """));
                assertThat(agent(state, "explain", "two", "one", "tcp/22").exit())
                        .isZero();
                assertThat(agent(state, "explain", "one", "one", "tcp/22").output())
                        .contains("neither end is this host");
                assertThat(agent(state, "explain", "two", "one", "sctp/1").output())
                        .contains("not a service");

                Result netcheck = agent(state, "netcheck");
                assertThat(netcheck.exit()).isZero();
                assertThat(netcheck.output())
                        .contains("lighthouse     one (10.78.0.1) answers in ", "at 192.0.2.1:4242")
                        .contains("nat            none: ", "seen at        192.0.2.2:")
                        .contains("mtu            packets of 1300 bytes become 1360 on links of 1500\n");

                assertThat(agent(state, "status", "--check").output()).doesNotContain("lighthouse");
                Path zip = directory.resolve("bundle.zip");
                assertThat(agent(state, "debug", "bundle", "--config", two.toString(), "--output", zip.toString())
                                .exit())
                        .isZero();
                noKeyIn(zip, Files.readString(directory.resolve("two.key")));

                lighthouse.stop();
                Result check = agent(state, "status", "--check");
                assertThat(check.exit()).isEqualTo(1);
                assertThat(check.output()).contains("no lighthouse answers\n");
                assertThat(agent(state, "netcheck").output()).contains("does not answer by UDP");
                assertThat(agent(state, "netcheck").exit()).isEqualTo(1);
            }
        }
    }

    private static void noKeyIn(Path zip, String pem) throws Exception {
        String key = pem.lines().skip(1).findFirst().orElseThrow();
        try (ZipFile bundle = new ZipFile(zip.toFile())) {
            assertThat(bundle.size()).isGreaterThan(10);
            for (var entry : bundle.stream().toList()) {
                assertThat(new String(bundle.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8))
                        .doesNotContain(key);
            }
        }
    }

    private static Result agent(Path state, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Daemon.AGENT));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--state-dir", state.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
