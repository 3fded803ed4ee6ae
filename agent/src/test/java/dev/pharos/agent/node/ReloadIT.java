package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.linux.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals to the daemon, and hosts without privileges. */
class ReloadIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String LIGHTHOUSE = "listen: {host: 0.0.0.0, port: 4242}\nlighthouse: {am_lighthouse: true}\n";
    private static final String CLIENT = """
        listen: {host: 0.0.0.0, port: 0}
        static_host_map: {"10.77.0.1": ["192.0.2.1:4242"]}
        lighthouse: {hosts: ["10.77.0.1"]}
        """;

    @TempDir
    private Path directory;

    private TestFiles files;

    @BeforeEach
    void makeAuthority() throws Exception {
        files = new TestFiles(directory);
    }

    @Test
    void aReloadChangesWhatItCanAndTheTunnelStays() throws Exception {
        Path one = files.write("one", "10.77.0.1/24", List.of(), LIGHTHOUSE);
        Path two = files.write("two", "10.77.0.2/24", List.of(), CLIENT);
        String before = Files.readString(two);
        try (NetworkNamespace a = new NetworkNamespace();
                NetworkNamespace b = new NetworkNamespace()) {
            NetworkNamespace.join(a, "192.0.2.1/30", b, "192.0.2.2/30", "ab");
            try (Daemon first = start(a, one);
                    Daemon second = start(b, two)) {
                await().atMost(SOON).until(() -> second.wrote("tunnel opened peer=one"));

                Files.writeString(
                        two,
                        before.replace("port: 0", "port: 4711, so_mark: 7")
                                .replace(
                                        "{dev: overlay}",
                                        "{dev: overlay, mtu: 1400, unsafe_routes:"
                                                + " [{route: 172.30.0.0/24, via: 10.77.0.1, mtu: 1200}]}"));
                hangUp(second);
                await().atMost(SOON).until(() -> second.wrote("configuration reloaded"));
                assertThat(second.wrote("listen.port takes effect after a restart"))
                        .isTrue();
                assertThat(b.call(() -> NetworkNamespace.command("ip link show overlay")))
                        .contains("mtu 1400");
                assertThat(b.call(() -> NetworkNamespace.command("ip route"))).contains("172.30.0.0/24 dev overlay");

                Files.writeString(two, before + "tunnels: {inactivity_timeout: soon}\n");
                hangUp(second);
                await().atMost(SOON).until(() -> second.wrote("configuration not reloaded why="));
                assertThat(second.wrote("tunnels.inactivity_timeout: ")).isTrue();

                Files.writeString(two, before);
                hangUp(second);
                await().atMost(SOON)
                        .until(() -> !b.call(() -> NetworkNamespace.command("ip route"))
                                .contains("172.30.0.0/24"));
                assertThat(b.call(() -> NetworkNamespace.command("ping -c 1 -W 2 10.77.0.1")))
                        .contains(" 0% packet loss");
                assertThat(second.wrote("tunnel closed") || first.wrote("tunnel closed"))
                        .isFalse();
            }
        }
    }

    @Test
    void aLighthouseWithoutADeviceNeedsNoPrivilege() throws Exception {
        Path one = files.write("one", "10.77.0.1/24", List.of(), LIGHTHOUSE);
        Files.writeString(one, Files.readString(one).replace("{dev: overlay}", "{disabled: true}"));
        Path two = files.write("two", "10.77.0.2/24", List.of(), CLIENT);
        try (NetworkNamespace a = new NetworkNamespace();
                NetworkNamespace b = new NetworkNamespace()) {
            NetworkNamespace.join(a, "192.0.2.1/30", b, "192.0.2.2/30", "ab");
            try (Daemon first = Daemon.start(
                            a,
                            directory.resolve("one.log"),
                            "setpriv",
                            "--bounding-set=-all",
                            "--inh-caps=-all",
                            Daemon.AGENT,
                            "run",
                            "--config",
                            one.toString());
                    Daemon _ = start(b, two)) {
                await().atMost(SOON).until(() -> first.wrote("node started"));
                await().atMost(SOON)
                        .ignoreExceptions()
                        .until(() -> b.call(() -> NetworkNamespace.command("ping -c 1 -W 1 10.77.0.1"))
                                .contains(" 0% packet loss"));
            }
        }
    }

    /** As nohup starts it. */
    @Test
    void aReloadIsHeardByWhoWasStartedDeafToHangUps() throws Exception {
        Path one = files.write("one", "10.77.0.1/24", List.of(), LIGHTHOUSE);
        try (NetworkNamespace a = new NetworkNamespace();
                Daemon deaf = Daemon.start(
                        a,
                        directory.resolve("deaf.log"),
                        "env",
                        "--ignore-signal=HUP",
                        Daemon.AGENT,
                        "run",
                        "--config",
                        one.toString())) {
            await().atMost(SOON).until(() -> deaf.wrote("node started"));
            hangUp(deaf);
            await().atMost(SOON).until(() -> deaf.wrote("configuration reloaded"));
        }
    }

    /** Before the runtime takes the signal its default ends the process, with nothing begun. */
    @Test
    void aSignalToEndDuringTheStartEndsItCleanly() throws Exception {
        Path one = files.write("one", "10.77.0.1/24", List.of(), LIGHTHOUSE);
        try (NetworkNamespace a = new NetworkNamespace()) {
            for (int delay = 100; delay <= 900; delay += 200) {
                try (Daemon daemon = start(a, one)) {
                    daemon.process().waitFor(delay, java.util.concurrent.TimeUnit.MILLISECONDS);
                    assertThat(daemon.stop()).isIn(0, 143);
                    assertThat(Files.readString(daemon.output())).doesNotContain("Exception", "fault");
                }
            }
        }
    }

    @Test
    void aFileIsTestedWithoutRunningIt() throws Exception {
        Path good = files.write("good", "10.77.0.1/24", List.of(), LIGHTHOUSE);
        Path bad = files.write("bad", "10.77.0.1/24", List.of(), "cipher: rot13\n");

        assertThat(test(good)).isZero();
        assertThat(test(bad)).isEqualTo(1);
    }

    private static int test(Path file) throws Exception {
        return new ProcessBuilder(Daemon.AGENT, "run", "--test", "--config", file.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    private static void hangUp(Daemon daemon) throws Exception {
        NetworkNamespace.command("kill -HUP " + daemon.process().pid());
    }

    private Daemon start(NetworkNamespace namespace, Path file) throws Exception {
        return Daemon.start(
                namespace,
                directory.resolve(file.getFileName() + ".log"),
                Daemon.AGENT,
                "run",
                "--config",
                file.toString());
    }
}
