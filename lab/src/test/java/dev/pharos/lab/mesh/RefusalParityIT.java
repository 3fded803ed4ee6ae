package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pharos.lab.mesh.Questions.Target;
import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.StandAloneAgent;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What programs see whose packets a firewall lets pass, refuses or drops: the same file in stock nebula 1.11.0 and in our
 * agent, the same probes to both, over IPv4 and IPv6, whole and in fragments. Stock's own answers are what is expected. Both
 * are told the next rules by a hang-up, as an operator does it; a port that only those rules open shows that they count.
 */
class RefusalParityIT {
    private static final String NEWEST = "1.11.0";
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final String ANYTHING = "{port: any, proto: any, host: any}";
    private static final String SOME =
            "{port: any, proto: icmp, host: any}, {port: 22, proto: tcp, host: any}, {port: 200, proto: udp, host:"
                    + " any}";
    private static final int FIRST_MARK = 1001;

    /** What rules the two hosts under test have, the first at the start. */
    private static final List<Rules> INBOUND = List.of(
            new Rules(SOME, ANYTHING, "inbound_action: reject"),
            new Rules(SOME + ", {port: fragment, proto: udp, host: any}", ANYTHING, "inbound_action: reject"),
            new Rules(SOME, ANYTHING, "inbound_action: drop"));

    private static final List<Rules> OUTBOUND = List.of(
            new Rules(ANYTHING, SOME, "outbound_action: reject"), new Rules(ANYTHING, SOME, "outbound_action: drop"));

    private static final List<Target> NOWHERE =
            List.of(new Target("nobody's v4", "198.18.0.1"), new Target("nobody's v6", "2001:db8:5::1"));

    private final StockArchive archive = new StockArchive();

    /** Rules of a host in YAML; the direction that is not wide open also opens the mark. */
    private record Rules(String inbound, String outbound, String actions) {
        static final Rules OPEN = new Rules(ANYTHING, ANYTHING, "");

        Rules marked(int port) {
            String mark = ", {port: %d, proto: tcp, host: any}".formatted(port);
            return new Rules(inbound + mark, outbound + mark, actions);
        }
    }

    /** Whose firewall is asked, by what {@code from} sends to {@code to}. */
    private record Side(Host tested, Host from, Host to, List<Target> targets) {
        boolean connects(int port) {
            return Questions.connects(from.place(), to.v4(), port);
        }

        LiveFlow call(int port) {
            return LiveFlow.begin(from.place(), to.v4(), port);
        }
    }

    @Test
    void refusedPacketsOfPeersAreAnsweredAsStockNebulaAnswersThem() throws Exception {
        try (Mesh mesh = new Mesh(newest(), INBOUND.getFirst().marked(FIRST_MARK))) {
            compare(
                    mesh,
                    INBOUND,
                    new Side(mesh.stock, mesh.open, mesh.stock, mesh.stock.targets()),
                    new Side(mesh.ours, mesh.open, mesh.ours, mesh.ours.targets()));
        }
    }

    @Test
    void refusedPacketsOfTheHostItselfAreAnsweredAsStockNebulaAnswersThem() throws Exception {
        try (Mesh mesh = new Mesh(newest(), OUTBOUND.getFirst().marked(FIRST_MARK))) {
            List<Target> everywhere = new ArrayList<>(mesh.open.targets());
            everywhere.addAll(NOWHERE);
            compare(
                    mesh,
                    OUTBOUND,
                    new Side(mesh.stock, mesh.stock, mesh.open, everywhere),
                    new Side(mesh.ours, mesh.ours, mesh.open, everywhere));
        }
    }

    /** Connections to a mark are begun under the rules that open it, and are met by those that follow. */
    private static void compare(Mesh mesh, List<Rules> sets, Side stock, Side ours) throws IOException {
        Map<Side, LiveFlow> lasting = new HashMap<>();
        Map<Side, LiveFlow> marked = new HashMap<>();
        for (int i = 0; i < sets.size(); i++) {
            int mark = FIRST_MARK + i;
            Rules rules = sets.get(i).marked(mark);
            if (i > 0) {
                mesh.enforce(rules);
            }
            for (Side side : List.of(stock, ours)) {
                Await.until(side.tested() + " to take " + rules, SETTLE, () -> side.connects(mark));
            }
            if (i > 0) {
                assertThat(of(lasting, stock).goesOn())
                        .as("what stock still allows")
                        .isEqualTo("answered");
                assertThat(of(lasting, ours).goesOn()).isEqualTo("answered");
                String expected = of(marked, stock).goesOn();
                assertThat(expected).as("what stock allows no longer").isNotEqualTo("answered");
                assertThat(of(marked, ours).goesOn())
                        .as("a connection begun before " + rules)
                        .isEqualTo(expected);
            }
            for (Side side : List.of(stock, ours)) {
                lasting.computeIfAbsent(side, one -> one.call(22));
                marked.put(side, side.call(mark));
            }
            var theirs = CompletableFuture.supplyAsync(
                    () -> Questions.ask(stock.from().place(), stock.targets()));
            var others = CompletableFuture.supplyAsync(
                    () -> Questions.ask(ours.from().place(), ours.targets()));
            assertThat(theirs.join()).as("what stock nebula lets pass").containsEntry("tcp 22 of v4", "connected");
            assertThat(others.join()).as(rules.toString()).isEqualTo(theirs.join());
        }
    }

    private static LiveFlow of(Map<Side, LiveFlow> flows, Side side) {
        return Objects.requireNonNull(flows.get(side), "no flow");
    }

    private StockRelease newest() {
        Optional<StockRelease> release = archive.find(NEWEST);
        assumeThat(release).as("nebula " + NEWEST + " is in the archive").isPresent();
        return release.orElseThrow();
    }

    /** A host of the mesh with its overlay addresses. */
    private record Host(Namespace place, String v4, String v6, NebulaIdentity identity) {
        List<Target> targets() {
            return List.of(new Target("v4", v4()), new Target("v6", v6()));
        }

        @Override
        public String toString() {
            return place.name();
        }
    }

    /** Three hosts: an agent that lets everything pass, and the two that are compared. */
    private static final class Mesh implements AutoCloseable {
        private final Run run = Run.begin();
        private final Servers servers = new Servers();
        private final NebulaAuthority authority;
        private final Segment segment;
        final Host open;
        final Host stock;
        final Host ours;
        private final Daemon stockDaemon;
        private final Daemon oursDaemon;

        Mesh(StockRelease release, Rules rules) throws IOException {
            authority = new NebulaAuthority(
                    run.directory("pki"), release.nebulaCert().toString(), List.of("-version", "2"));
            segment = new Internet(run).segment("lan", "192.0.2");
            open = host("open", 1);
            stock = host("stock", 2);
            ours = host("ours", 3);
            agent(open, config(open, Rules.OPEN));
            stockDaemon = StockNebula.start(stock.place(), release, config(stock, rules));
            oursDaemon = agent(ours, config(ours, rules));
            for (Host host : List.of(stock, ours)) {
                for (String address : List.of(open.v4(), open.v6())) {
                    assertThat(Ping.answersWithin(SETTLE, host.place(), address))
                            .as(host + " hears from the open host\n" + stockDaemon.tail() + "\n---\n"
                                    + oursDaemon.tail())
                            .isTrue();
                }
                host.place().ip("route add 198.18.0.0/24 dev nebula1", "route add 2001:db8:5::/64 dev nebula1");
            }
            for (Host host : List.of(open, stock, ours)) {
                for (Target target : host.targets()) {
                    serve(host, target.address());
                }
            }
        }

        private void serve(Host host, String address) {
            for (int port : Questions.TCP_PORTS) {
                servers.echoTcp(host.place(), address, port);
            }
            for (int mark = FIRST_MARK; mark < FIRST_MARK + INBOUND.size(); mark++) {
                servers.echoTcp(host.place(), address, mark);
            }
            for (int port : Questions.UDP_PORTS) {
                servers.echoUdp(host.place(), address, port);
            }
        }

        /** Gives the two hosts under test other rules. */
        void enforce(Rules rules) throws IOException {
            config(stock, rules);
            config(ours, rules);
            stock.place().run("kill", "-HUP", Long.toString(stockDaemon.pid()));
            ours.place().run("kill", "-HUP", Long.toString(oursDaemon.pid()));
        }

        private Host host(String name, int number) {
            Namespace place = Namespace.create(run, name);
            segment.attach(place, "eth0", 100 + number);
            String v4 = "10.42.0." + number;
            String v6 = "fd00:42::" + number;
            return new Host(place, v4, v6, authority.issue(name, v4 + "/24," + v6 + "/64", List.of()));
        }

        private Daemon agent(Host host, Path config) {
            return StandAloneAgent.start(
                    host.place(),
                    Artefacts.here(),
                    config,
                    run.directory("state").resolve(host.toString()));
        }

        private Path config(Host host, Rules rules) throws IOException {
            NebulaIdentity identity = host.identity();
            return Files.writeString(run.directory("config").resolve(host + ".yml"), """
                pki: {ca: %s, cert: %s, key: %s}
                static_host_map: {"10.42.0.1": ["192.0.2.101:4242"], "fd00:42::1": ["192.0.2.101:4242"]}
                lighthouse: {am_lighthouse: %s, hosts: [%s], interval: 2}
                listen: {host: 0.0.0.0, port: 4242}
                tun: {dev: nebula1, mtu: 1300}
                firewall:
                  %s
                  inbound: [%s]
                  outbound: [%s]
                """.formatted(
                            identity.authority(),
                            identity.certificate(),
                            identity.key(),
                            host.equals(open),
                            host.equals(open) ? "" : "\"10.42.0.1\"",
                            rules.actions(),
                            rules.inbound(),
                            rules.outbound()));
        }

        @Override
        public void close() {
            servers.close();
            run.close();
        }
    }
}
