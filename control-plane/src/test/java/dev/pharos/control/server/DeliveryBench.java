package dev.pharos.control.server;

import dev.pharos.control.telemetry.ManyReports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/**
 * How long a change takes in a network of thousands of agents: until the call is answered, by when every bundle is stored,
 * and until a waiting agent has its own. {@code ./pharos bench delivery [HOSTS]}
 */
class DeliveryBench {
    private static final int ROUNDS = 5;
    private static final String HOSTS = System.getProperty("pharos.hosts", "1000,5000,10000");

    @Test
    void measure() throws Exception {
        Path directory = Server.temporaryDirectory();
        try (Server server = Server.on(directory, "--pharos.network=10.0.0.0/8")) {
            BenchReport report = new BenchReport(
                    "delivery", "Changes among thousands of agents", "./pharos bench delivery " + HOSTS);
            report.line(
                    "Medians of %d, of a control plane and its database on one machine; one agent waits in a long poll."
                            .formatted(ROUNDS));
            report.line("The others have joined, and nobody runs them: what is sent to them is not in these figures.");
            report.line(
                    "A call is answered once the bundles of all are stored; agents that are online are told before.");
            report.line("");
            report.row("hosts | what | ms");
            report.row("---:|---|---:");
            int there = 0;
            FakeAgent witness = FakeAgent.joined(server.api(), "witness");
            for (String hosts : HOSTS.split(",", -1)) {
                int wanted = Integer.parseInt(hosts);
                ManyHosts.add(server, witness.id(), there + 1, wanted);
                there = wanted;
                measure(report, server, witness, wanted);
                report.write();
            }
        } finally {
            FileSystemUtils.deleteRecursively(directory.toFile());
        }
    }

    private static void measure(BenchReport report, Server server, FakeAgent witness, int hosts) throws Exception {
        Rest api = server.api();
        String network =
                api.get("networks").body().path("items").path(0).path("id").asString("");
        settle(witness);
        row(
                report,
                hosts,
                "a change that every host is told: all bundles signed",
                time(() -> api.patch("networks/" + network, "{'name':'net-" + System.nanoTime() + "'}")));
        List<Long> policy = new ArrayList<>();
        List<Long> policyHeard = new ArrayList<>();
        List<Long> block = new ArrayList<>();
        List<Long> blockHeard = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            String name = "p" + System.nanoTime();
            String port = String.valueOf(hosts + round);
            heard(
                    witness,
                    policy,
                    policyHeard,
                    () -> api.post(
                            "policies",
                            "{'name':'" + name
                                    + "','from':['any'],'to':['host:witness'],'allow':[{'protocol':'tcp','ports':'"
                                    + port + "'}]}"));
            String victim = ManyHosts.id(1 + round);
            heard(witness, block, blockHeard, () -> api.post("hosts/" + victim + "/block", ""));
            api.post("hosts/" + victim + "/unblock", "");
        }
        row(report, hosts, "a policy of one host: answered", median(policy));
        row(report, hosts, "a policy of one host: the agent has it", median(policyHeard));
        row(report, hosts, "a block: answered", median(block));
        row(report, hosts, "a block: an agent has it", median(blockHeard));
        row(
                report,
                hosts,
                "a first report of every host, with three peers each: stored",
                ManyReports.store(server, hosts, 4242).toMillis());
        row(
                report,
                hosts,
                "the next, in which nothing has changed: stored",
                ManyReports.store(server, hosts, 4242).toMillis());
        row(
                report,
                hosts,
                "one in which every path has changed: stored",
                ManyReports.store(server, hosts, 4243).toMillis());
    }

    private static void heard(FakeAgent witness, List<Long> answered, List<Long> heard, Runnable change)
            throws Exception {
        settle(witness);
        CompletableFuture<Long> poll = CompletableFuture.supplyAsync(() -> {
            var _ = witness.poll(50).orElseThrow();
            return System.nanoTime();
        });
        Thread.sleep(300);
        long start = System.nanoTime();
        change.run();
        answered.add(millis(System.nanoTime() - start));
        heard.add(millis(poll.get() - start));
    }

    private static void settle(FakeAgent witness) {
        while (witness.poll(0).isPresent()) {
            witness.bundle();
        }
    }

    private static long time(Runnable change) {
        long start = System.nanoTime();
        change.run();
        return millis(System.nanoTime() - start);
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    private static long median(List<Long> times) {
        Collections.sort(times);
        return times.get(times.size() / 2);
    }

    private static void row(BenchReport report, int hosts, String what, long millis) {
        report.row(hosts + " | " + what + " | " + millis);
    }
}
