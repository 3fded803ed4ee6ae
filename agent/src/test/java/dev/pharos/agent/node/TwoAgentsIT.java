package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.linux.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Two agents and a stock nebula from ordinary files, each in a namespace, each pair joined by a wire; by event loops. */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class TwoAgentsIT {
    private static final String LIGHTHOUSE = "listen: {host: 0.0.0.0, port: 4242}\nlighthouse: {am_lighthouse: true}\n";
    private static final String CLIENT = """
        listen: {host: 0.0.0.0, port: 0}
        static_host_map:
          "10.77.0.1": ["%s:4242"]
        lighthouse: {interval: 10, hosts: ["10.77.0.1"]}
        """;

    @Parameter
    private int loops;

    @Test
    void theyPingEachOtherAndAStockNebulaPingsThem(@TempDir Path directory) throws Exception {
        TestFiles files = new TestFiles(directory);
        Path one = files.write("one", "10.77.0.1/24", LIGHTHOUSE + routines());
        Path two = files.write("two", "10.77.0.2/24", CLIENT.formatted("192.0.2.1") + routines());
        Path stock = files.write("stock", "10.77.0.3/24", CLIENT.formatted("198.51.100.1"));
        Path state = directory.resolve("state");
        try (NetworkNamespace a = new NetworkNamespace();
                NetworkNamespace b = new NetworkNamespace();
                NetworkNamespace c = new NetworkNamespace()) {
            NetworkNamespace.join(a, "192.0.2.1/30", b, "192.0.2.2/30", "ab");
            NetworkNamespace.join(a, "198.51.100.1/30", c, "198.51.100.2/30", "ac");
            NetworkNamespace.join(b, "203.0.113.1/30", c, "203.0.113.2/30", "bc");
            try (Daemon first = start(a, directory, one);
                    Daemon second = start(b, directory, two, "--state-dir", state.toString());
                    Daemon third =
                            Daemon.start(c, directory.resolve("stock.log"), "nebula", "-config", stock.toString())) {
                await().atMost(Duration.ofSeconds(20)).until(() -> second.wrote("tunnel opened peer=one"));
                int processors = Runtime.getRuntime().availableProcessors();
                assertThat(first.wrote("loops=" + Math.min(loops, processors))).isTrue();
                await().atMost(Duration.ofSeconds(20)).until(() -> third.wrote("Handshake message received"));

                assertThat(ping(b, "10.77.0.1")).contains(" 0% packet loss");
                assertThat(ping(b, "10.77.0.3")).contains(" 0% packet loss");
                assertThat(ping(c, "10.77.0.1")).contains(" 0% packet loss");
                assertThat(ping(c, "10.77.0.2")).contains(" 0% packet loss");

                assertThat(agent("status", "--state-dir", state.toString()))
                        .contains("one    10.77.0.1  direct  192.0.2.1:4242", "stock  10.77.0.3  direct  203.0.113.2:");
                assertThat(agent("ping", "stock", "-c", "1", "--state-dir", state.toString()))
                        .startsWith("stock (10.77.0.3) by direct: ");

                assertThat(second.stop()).isZero();
                await().atMost(Duration.ofSeconds(5)).until(() -> first.wrote("the peer closed it"));
                assertThat(Files.exists(state.resolve("agent.sock"))).isFalse();
            }
        }
    }

    private String routines() {
        return "routines: " + loops + "\n";
    }

    private static Daemon start(NetworkNamespace namespace, Path directory, Path file, String... more)
            throws Exception {
        String[] command = new String[4 + more.length];
        System.arraycopy(new String[] {Daemon.AGENT, "run", "--config", file.toString()}, 0, command, 0, 4);
        System.arraycopy(more, 0, command, 4, more.length);
        return Daemon.start(namespace, directory.resolve(file.getFileName() + ".log"), command);
    }

    private static String ping(NetworkNamespace namespace, String address) throws Exception {
        return namespace.call(() -> NetworkNamespace.command("ping -c 3 -i 0.3 -W 3 " + address));
    }

    private static String agent(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = Daemon.AGENT;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
