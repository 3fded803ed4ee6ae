package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.StandAloneAgent;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The routes that the kernel is given, with their metrics and sizes: by stock nebula 1.11.0 and by our agent from the same
 * file, at the start and after a reload.
 */
class KernelRoutesIT {
    private static final String NEWEST = "1.11.0";
    private static final Duration SETTLE = Duration.ofSeconds(30);

    private static final String BEFORE = """
        tun:
          dev: nebula1
          mtu: 1300
          tx_queue: 300
          routes: [{route: 10.77.0.128/25, mtu: 8000}, {route: "fd00:42::8000/113", mtu: 1400}]
          unsafe_routes:
            - {route: 172.30.0.0/24, via: 10.77.0.1, mtu: 1200, metric: 100}
            - {route: 172.31.0.0/24, via: 10.77.0.1}
            - {route: 172.29.0.0/24, via: 10.77.0.1, install: false}
            - {route: 172.28.0.0/24, via: [{gateway: 10.77.0.1, weight: 1}, {gateway: 10.77.0.3, weight: 2}], metric: 7}
            - {route: "2001:db8:9::/64", via: "fd00:42::1", mtu: 1280}
        """;

    private static final String AFTER = BEFORE.replace("mtu: 1300", "mtu: 1350")
            .replace("mtu: 8000", "mtu: 8500")
            .replace("mtu: 1200, metric: 100", "mtu: 1250, metric: 50")
            .replace("172.31.0.0/24", "172.27.0.0/24")
            .replace("install: false", "install: true");

    /** The kernel takes what a route does not say from the size of the path, so that need not be equal. */
    private static final Pattern ROUTE = Pattern.compile("(\\S+) dev nebula1 (?:.* )?mtu (\\d+).*");

    private static final Pattern METRIC = Pattern.compile("^\\d+\\..* metric (\\d+)");

    @Test
    void areThoseThatStockNebulaGivesIt() throws Exception {
        Optional<StockRelease> release = new StockArchive().find(NEWEST);
        assumeThat(release).as("nebula " + NEWEST + " is in the archive").isPresent();
        try (Run run = Run.begin()) {
            var authority = new NebulaAuthority(
                    run.directory("pki"), release.orElseThrow().nebulaCert().toString(), List.of("-version", "2"));
            NebulaIdentity identity = authority.issue("host", "10.77.0.2/24,fd00:42::2/64", List.of());
            Path file = run.directory("config").resolve("host.yml");
            Namespace stock = Namespace.create(run, "stock");
            Namespace ours = Namespace.create(run, "ours");
            write(file, identity, BEFORE);
            Daemon theirDaemon = StockNebula.start(stock, release.orElseThrow(), file);
            Daemon ourDaemon = StandAloneAgent.start(
                    ours, Artefacts.here(), file, run.directory("state").resolve("ours"));
            settle(stock, ours, "172.31.0.0/24");

            assertThat(routes(ours))
                    .isEqualTo(routes(stock))
                    .contains("10.77.0.128/25 mtu 8000", "172.30.0.0/24 metric 100 mtu 1200")
                    .noneMatch(route -> route.startsWith("172.29."));
            assertThat(size(ours)).as("what the device lets pass").isEqualTo(8000);

            write(file, identity, AFTER);
            for (Daemon daemon : List.of(theirDaemon, ourDaemon)) {
                stock.run("kill", "-HUP", Long.toString(daemon.pid()));
            }
            settle(stock, ours, "172.27.0.0/24");

            assertThat(routes(ours))
                    .isEqualTo(routes(stock))
                    .contains("10.77.0.128/25 mtu 8500", "172.30.0.0/24 metric 50 mtu 1250", "172.29.0.0/24 mtu 1350")
                    .noneMatch(route -> route.startsWith("172.31."));
            assertThat(size(ours)).isEqualTo(8500);
        }
    }

    private static void write(Path file, NebulaIdentity identity, String tun) throws IOException {
        Files.writeString(file, """
            pki: {ca: %s, cert: %s, key: %s}
            static_host_map: {"10.77.0.1": ["192.0.2.1:4242"]}
            listen: {host: 0.0.0.0, port: 4242}
            firewall:
              inbound: [{port: any, proto: icmp, host: any}]
              outbound: [{port: any, proto: any, host: any}]
            """.formatted(identity.authority(), identity.certificate(), identity.key()) + tun);
    }

    /** Until both have this route and are done with the others too; when they never are, the comparison says how. */
    private static void settle(Namespace stock, Namespace ours, String route) {
        Await.holdsWithin(SETTLE, () -> {
            SortedSet<String> theirs = routes(stock);
            return theirs.stream().anyMatch(line -> line.startsWith(route)) && theirs.equals(routes(ours));
        });
    }

    /** Destination, size, and the metric of what is beyond the overlay: the overlay's own routes differ in that. */
    private static SortedSet<String> routes(Namespace place) {
        SortedSet<String> routes = new TreeSet<>();
        String text = place.run("ip", "-4", "route") + place.run("ip", "-6", "route");
        for (String line : text.lines().toList()) {
            Matcher route = ROUTE.matcher(line);
            if (route.matches()) {
                Matcher metric = METRIC.matcher(line);
                routes.add(route.group(1) + (metric.find() ? " metric " + metric.group(1) : "") + " mtu "
                        + route.group(2));
            }
        }
        return routes;
    }

    private static int size(Namespace place) {
        return Integer.parseInt(
                place.run("ip", "-o", "link", "show", "nebula1").replaceAll("(?s).* mtu (\\d+) .*qlen 300.*", "$1"));
    }
}
