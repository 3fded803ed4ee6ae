package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** How long every list and search takes with many hosts, and by which plans. {@code ./pharos bench lists [HOSTS]} */
class ListsBench {
    private static final int HOSTS = Integer.getInteger("pharos.hosts", 50_000);
    private static final int WARM_UP = 10;
    private static final int CALLS = 100;
    private static final double BOUND_MS = 100;
    private static final int SHOWN = 70;

    @Test
    void measure() {
        Path directory = Server.temporaryDirectory();
        try (Server server = Server.on(directory, "--pharos.network=10.0.0.0/8", QueryPlans.SETTING)) {
            Rest api = server.api();
            FakeAgent like = FakeAgent.joined(api, "like");
            api.post("policies", "{'name':'many','from':['any'],'to':['any'],'allow':[{'protocol':'icmp'}]}");
            ManyHosts.add(server, like.id(), 1, HOSTS);
            ManyHosts.addHistory(server, like.id(), 1, HOSTS);
            List<String> calls = Stream.concat(Lists.calls(api).stream(), Lists.shortSearches(api).stream())
                    .toList();
            List<String> tooSlow = measure(server, directory, calls);
            assertThat(calls).hasSizeGreaterThan(80);
            assertThat(tooSlow).as("calls with a p99 above %s ms", BOUND_MS).isEmpty();
        } finally {
            FileSystemUtils.deleteRecursively(directory.toFile());
        }
    }

    /** Those that take too long. */
    private static List<String> measure(Server server, Path directory, List<String> calls) {
        BenchReport report =
                new BenchReport("lists", "Lists and searches of %,d hosts".formatted(HOSTS), "./pharos bench lists");
        report.line("Each call %d times after %d to warm up, one after the other, over HTTPS, with the client and the"
                .formatted(CALLS, WARM_UP));
        report.line(
                "embedded database on the same machine. How PostgreSQL answered is in the file of plans beside this.");
        report.line("");
        report.row("GET /api/v1/ | answer, kB | p50, ms | p99, ms");
        report.row("---|---:|---:|---:");
        List<String> tooSlow = new ArrayList<>();
        for (String call : calls) {
            List<Double> millis = times(server.api(), call);
            double worst = millis.get(CALLS * 99 / 100 - 1);
            report.row(String.format(
                    Locale.ROOT,
                    "%s | %d | %.1f | %.1f",
                    call.length() > SHOWN ? call.substring(0, SHOWN) + "…" : call,
                    server.api().get(call).text().length() / 1000,
                    millis.get(CALLS / 2),
                    worst));
            if (worst > BOUND_MS) {
                tooSlow.add(call);
            }
        }
        report.write();
        report.keep("-plans.txt", plans(new QueryPlans(server, directory), calls));
        return tooSlow;
    }

    /** Of each call the statement that takes longest: its plan, or which call before had the same. */
    private static String plans(QueryPlans plans, List<String> calls) {
        Map<String, String> known = new HashMap<>();
        StringBuilder text = new StringBuilder();
        for (String call : calls) {
            QueryPlans.Explained longest = plans.of(call).stream()
                    .max(Comparator.comparingDouble(QueryPlans.Explained::millis))
                    .orElseThrow();
            String before = known.putIfAbsent(longest.shape(), call);
            text.append("GET /api/v1/%s: %s ms\n".formatted(call, longest.millis()))
                    .append(before == null ? longest.text() : "\tthe plan of GET /api/v1/" + before + "\n")
                    .append('\n');
        }
        return text.toString();
    }

    /** Shortest first. */
    private static List<Double> times(Rest api, String call) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < WARM_UP + CALLS; i++) {
            long start = System.nanoTime();
            int status = api.get(call).status();
            if (i >= WARM_UP) {
                millis.add((System.nanoTime() - start) / 1e6);
            }
            assertThat(status).as(call).isEqualTo(200);
        }
        Collections.sort(millis);
        return millis;
    }
}
