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

/** Networks behind routers that are stock nebula, and behind routers that are ours. */
class UnsafeRoutesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ROUTER = "listen: {host: 0.0.0.0, port: 4242}\nlighthouse: {am_lighthouse: true}\n";
    private static final String CLIENT = """
        listen: {host: 0.0.0.0, port: 4242}
        static_host_map: {"10.77.0.1": ["192.0.2.1:4242"], "10.77.0.3": ["198.51.100.1:4242"]}
        """;
    private static final String ROUTE = "{route: 172.30.0.0/24, via: 10.77.0.1, mtu: 1200, metric: 100}";

    @TempDir
    private Path directory;

    private TestFiles files;

    @BeforeEach
    void makeAuthority() throws Exception {
        files = new TestFiles(directory);
    }

    @Test
    void ourHostReachesANetworkBehindAStockRouterAndIsReachedFromThere() throws Exception {
        lan(Program.NEBULA, Program.PHAROS, client -> {
            String routes = client.call(() -> NetworkNamespace.command("ip route"));
            assertThat(routes).containsPattern("172.30.0.0/24 dev overlay .*metric 100 mtu 1200");
        });
    }

    @Test
    void aStockHostReachesANetworkBehindOurRouterAndIsReachedFromThere() throws Exception {
        lan(Program.PHAROS, Program.NEBULA, _ -> {});
    }

    private enum Program {
        PHAROS,
        NEBULA
    }

    private interface Check {
        void run(NetworkNamespace client) throws Exception;
    }

    /** client - router - host behind it. */
    private void lan(Program routing, Program asking, Check check) throws Exception {
        Path router = files.write("router", "10.77.0.1/24", List.of("172.30.0.0/24"), ROUTER);
        Path client = files.write("client", "10.77.0.2/24", List.of(), CLIENT + tun("unsafe_routes: [" + ROUTE + "]"));
        try (NetworkNamespace c = new NetworkNamespace();
                NetworkNamespace r = new NetworkNamespace();
                NetworkNamespace h = new NetworkNamespace()) {
            NetworkNamespace.join(c, "192.0.2.2/30", r, "192.0.2.1/30", "cr");
            NetworkNamespace.join(r, "172.30.0.1/24", h, "172.30.0.9/24", "rh");
            r.run(() -> NetworkNamespace.command("sysctl -w net.ipv4.ip_forward=1"));
            h.run(() -> NetworkNamespace.command("ip route add 10.77.0.0/24 via 172.30.0.1"));
            try (Daemon _ = start(routing, r, router);
                    Daemon _ = start(asking, c, client)) {
                await().atMost(SOON).ignoreExceptions().until(() -> ping(c, "172.30.0.9"));

                assertThat(ping(c, "172.30.0.9")).isTrue();
                assertThat(ping(h, "10.77.0.2")).isTrue();
                check.run(c);
            }
        }
    }

    @Test
    void gatewaysShareTheFlowsAndOneThatDiesLosesItsShareToTheOther() throws Exception {
        Path first = files.write("first", "10.77.0.1/24", List.of("172.31.0.9/32"), ROUTER);
        Path second = files.write("second", "10.77.0.3/24", List.of("172.31.0.9/32"), ROUTER);
        Path client = files.write(
                "client",
                "10.77.0.2/24",
                List.of(),
                CLIENT
                        + tun("unsafe_routes: [{route: 172.31.0.9/32,"
                                + " via: [{gateway: 10.77.0.1, weight: 1}, {gateway: 10.77.0.3, weight: 1}]}]"));
        try (NetworkNamespace c = new NetworkNamespace();
                NetworkNamespace one = new NetworkNamespace();
                NetworkNamespace two = new NetworkNamespace()) {
            NetworkNamespace.join(c, "192.0.2.2/30", one, "192.0.2.1/30", "c1");
            NetworkNamespace.join(c, "198.51.100.2/30", two, "198.51.100.1/30", "c2");
            for (NetworkNamespace router : List.of(one, two)) {
                router.run(() -> NetworkNamespace.command("ip address add 172.31.0.9/32 dev lo"));
            }
            try (Daemon stock = start(Program.NEBULA, one, first);
                    Daemon _ = start(Program.PHAROS, two, second);
                    Daemon _ = start(Program.PHAROS, c, client)) {
                await().atMost(SOON).ignoreExceptions().until(() -> ping(c, "172.31.0.9"));
                await().atMost(SOON).ignoreExceptions().until(() -> {
                    ping(c, "172.31.0.9");
                    return echoes(one) >= 3 && echoes(two) >= 3;
                });

                stock.process().destroyForcibly().waitFor();
                await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> tenPings(c));
            }
        }
    }

    @Test
    void gatewaysAreLearnedFromTheKernel() throws Exception {
        Path router = files.write("router", "10.77.0.1/24", List.of("172.31.0.9/32"), ROUTER);
        Path client = files.write("client", "10.77.0.2/24", List.of(), CLIENT + tun("use_system_route_table: true"));
        try (NetworkNamespace c = new NetworkNamespace();
                NetworkNamespace r = new NetworkNamespace()) {
            NetworkNamespace.join(c, "192.0.2.2/30", r, "192.0.2.1/30", "cr");
            r.run(() -> NetworkNamespace.command("ip address add 172.31.0.9/32 dev lo"));
            try (Daemon _ = start(Program.NEBULA, r, router);
                    Daemon asking = start(Program.PHAROS, c, client)) {
                await().atMost(SOON).until(() -> asking.wrote("node started"));
                c.run(() -> NetworkNamespace.command("ip route add 172.31.0.9/32 via 10.77.0.1 dev overlay"));

                await().atMost(SOON).ignoreExceptions().until(() -> ping(c, "172.31.0.9"));
                c.run(() -> NetworkNamespace.command("ip route replace 172.31.0.9/32 dev overlay"));
                await().atMost(SOON)
                        .ignoreExceptions()
                        .until(() -> Files.readString(asking.output()).contains("routes learned routes=[]"));
            }
        }
    }

    /** Each a flow of its own. */
    private static boolean tenPings(NetworkNamespace client) throws Exception {
        for (int i = 0; i < 10; i++) {
            if (!ping(client, "172.31.0.9")) {
                return false;
            }
        }
        return true;
    }

    private static boolean ping(NetworkNamespace from, String address) throws Exception {
        return from.call(() -> NetworkNamespace.command("ping -c 1 -W 1 " + address))
                .contains(" 0% packet loss");
    }

    /** Pings that a namespace was sent: the second number of the second line of Icmp. */
    private static long echoes(NetworkNamespace namespace) throws Exception {
        String counters = namespace.call(() -> NetworkNamespace.command("nstat -asz IcmpInEchos"));
        return counters.lines()
                .filter(line -> line.startsWith("IcmpInEchos"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[1]))
                .sum();
    }

    private static String tun(String more) {
        return "tun: {dev: overlay, " + more + "}\n";
    }

    private Daemon start(Program program, NetworkNamespace namespace, Path file) throws Exception {
        Path log = directory.resolve(file.getFileName() + ".log");
        return program == Program.PHAROS
                ? Daemon.start(namespace, log, Daemon.AGENT, "run", "--config", file.toString())
                : Daemon.start(namespace, log, "nebula", "-config", file.toString());
    }
}
