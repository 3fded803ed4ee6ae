package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What programs see whose packets a firewall lets pass, refuses or drops: the same file in stock nebula 1.11.0 and in our
 * agent, the same probes to both, over IPv4 and IPv6, whole and in fragments. Stock's own answers are what is expected.
 */
class RefusalParityIT {
    private static final String NEWEST = "1.11.0";
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final String ANYTHING = "{port: any, proto: any, host: any}";
    private static final List<String> FAR = List.of("10.42.0.2", "fd00:42::2");
    private static final List<String> NOWHERE = List.of("198.18.0.1", "2001:db8:5::1");

    private final StockArchive archive = new StockArchive();

    /** What the rules of a host are, in YAML. */
    private record Rules(String inbound, String outbound, String actions) {
        static final Rules OPEN = new Rules(ANYTHING, ANYTHING, "");
    }

    private static final Rules REFUSES_IN = new Rules(
            "{port: any, proto: icmp, host: any}, {port: 22, proto: tcp, host: any}, {port: 200, proto: udp, host:"
                    + " any}",
            ANYTHING,
            "inbound_action: reject");
    private static final Rules WITH_FRAGMENTS = new Rules(
            REFUSES_IN.inbound() + ", {port: fragment, proto: udp, host: any}", ANYTHING, "inbound_action: reject");
    private static final Rules SILENT_IN = new Rules(REFUSES_IN.inbound(), ANYTHING, "inbound_action: drop");
    private static final Rules REFUSES_OUT = new Rules(ANYTHING, REFUSES_IN.inbound(), "outbound_action: reject");
    private static final Rules SILENT_OUT = new Rules(ANYTHING, REFUSES_IN.inbound(), "outbound_action: drop");

    @Test
    void refusedPacketsOfPeersAreAnsweredAsStockNebulaAnswersThem() throws Exception {
        StockRelease stock = newest();
        for (Rules rules : List.of(REFUSES_IN, WITH_FRAGMENTS, SILENT_IN)) {
            Map<String, String> expected =
                    outcomes(stock, Optional.empty(), Rules.OPEN, Optional.of(stock), rules, FAR);
            Map<String, String> ours = outcomes(stock, Optional.empty(), Rules.OPEN, Optional.empty(), rules, FAR);

            assertThat(expected).as("what stock nebula lets pass").containsEntry("tcp 22 of 10.42.0.2", "connected");
            assertThat(ours).as(rules.toString()).isEqualTo(expected);
        }
    }

    @Test
    void refusedPacketsOfTheHostItselfAreAnsweredAsStockNebulaAnswersThem() throws Exception {
        StockRelease stock = newest();
        List<String> everywhere = List.of(FAR.getFirst(), FAR.getLast(), NOWHERE.getFirst(), NOWHERE.getLast());
        for (Rules rules : List.of(REFUSES_OUT, SILENT_OUT)) {
            Map<String, String> expected =
                    outcomes(stock, Optional.of(stock), rules, Optional.empty(), Rules.OPEN, everywhere);
            Map<String, String> ours =
                    outcomes(stock, Optional.empty(), rules, Optional.empty(), Rules.OPEN, everywhere);

            assertThat(expected).as("what stock nebula lets pass").containsEntry("tcp 22 of 10.42.0.2", "connected");
            assertThat(ours).as(rules.toString()).isEqualTo(expected);
        }
    }

    private StockRelease newest() {
        Optional<StockRelease> release = archive.find(NEWEST);
        assumeThat(release).as("nebula " + NEWEST + " is in the archive").isPresent();
        return release.orElseThrow();
    }

    /** What each probe met that the near host sent; no program stands for ours. */
    private static Map<String, String> outcomes(
            StockRelease tools,
            Optional<StockRelease> nearProgram,
            Rules nearRules,
            Optional<StockRelease> farProgram,
            Rules farRules,
            List<String> targets)
            throws IOException {
        try (Run run = Run.begin()) {
            var authority =
                    new NebulaAuthority(run.directory("pki"), tools.nebulaCert().toString(), List.of("-version", "2"));
            Segment segment = new Internet(run).segment("lan", "192.0.2");
            Namespace near = host(run, segment, "near", 101);
            Namespace far = host(run, segment, "far", 102);
            Daemon one = start(run, near, nearProgram, authority, 1, nearRules);
            Daemon other = start(run, far, farProgram, authority, 2, farRules);
            for (String target : FAR) {
                assertThat(Ping.answersWithin(SETTLE, near, target))
                        .as("a first answer\n" + one.tail() + "\n---\n" + other.tail())
                        .isTrue();
            }
            near.ip("route add 198.18.0.0/24 dev nebula1", "route add 2001:db8:5::/64 dev nebula1");
            Map<String, String> outcomes = new LinkedHashMap<>();
            try (Questions probes = Questions.between(near, far, FAR)) {
                for (String target : targets) {
                    outcomes.putAll(probes.ask(target));
                }
            }
            return outcomes;
        }
    }

    private static Namespace host(Run run, Segment segment, String name, int last) {
        Namespace place = Namespace.create(run, name);
        segment.attach(place, "eth0", last);
        return place;
    }

    private static Daemon start(
            Run run,
            Namespace place,
            Optional<StockRelease> program,
            NebulaAuthority authority,
            int number,
            Rules rules)
            throws IOException {
        NebulaIdentity identity =
                authority.issue(place.name(), "10.42.0.%d/24,fd00:42::%d/64".formatted(number, number), List.of());
        Path config = Files.writeString(run.directory("config").resolve(place.name() + ".yml"), """
            pki: {ca: %s, cert: %s, key: %s}
            static_host_map: {"10.42.0.1": ["192.0.2.101:4242"], "10.42.0.2": ["192.0.2.102:4242"],
                              "fd00:42::1": ["192.0.2.101:4242"], "fd00:42::2": ["192.0.2.102:4242"]}
            lighthouse: {am_lighthouse: false, hosts: []}
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
                        rules.actions(),
                        rules.inbound(),
                        rules.outbound()));
        return program.isPresent()
                ? StockNebula.start(place, program.get(), config)
                : StandAloneAgent.start(
                        place, Artefacts.here(), config, run.directory("state").resolve(place.name()));
    }
}
