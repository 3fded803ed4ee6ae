package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.DatagramFlow;
import dev.pharos.lab.probe.Flood;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two agents with a tunnel, and a third machine that floods one of them: the tunnel goes on, and status tells. What the
 * flood costs the tunnel is printed; {@code docs/security.md} has the figures of one run.
 */
class FloodIT {
    private static final String VICTIM = "10.42.0.1";
    private static final int RATE = 20_000;
    private static final Pattern RECEIVED = Pattern.compile("([0-9.]+) Mbits/sec +receiver");

    @ParameterizedTest
    @EnumSource
    void aTunnelGoesOnDuringAFlood(Flood.Kind kind) throws Exception {
        try (Run run = Run.begin()) {
            Segment segment = new Internet(run).segment("public", "198.51.100");
            Namespace victim = machine(run, segment, "victim", 2);
            Namespace friend = machine(run, segment, "friend", 3);
            Namespace attacker = machine(run, segment, "attacker", 66);
            var authority = new NebulaAuthority(run.directory("pki"));
            start(run, authority, victim, Role.LIGHTHOUSE, List.of());
            start(run, authority, friend, Role.CLIENT, List.of(new Lighthouse(VICTIM, segment.address(2) + ":4242")));
            assertThat(Ping.answersWithin(Duration.ofSeconds(20), friend, VICTIM))
                    .isTrue();
            victim.start("iperf", List.of("iperf3", "-s"), Map.of());
            assertThat(Ping.answersWithin(Duration.ofSeconds(5), friend, VICTIM))
                    .isTrue();
            double calm = throughput(friend);
            double flooded;
            long packets;
            try (Flood flood = Flood.start(attacker, segment.address(2), 4242, kind, RATE);
                    DatagramFlow flow = DatagramFlow.start(friend, victim, VICTIM, 5000)) {
                flooded = throughput(friend);
                flow.mark();
                for (int i = 0; i < 10; i++) {
                    assertThat(Ping.answers(friend, VICTIM)).as("ping %d", i).isTrue();
                }
                assertThat(flow.longestGap()).isLessThan(Duration.ofSeconds(1));
                packets = flood.sent();
            }
            System.out.printf(
                    Locale.ROOT,
                    "flood of %s, %d packets: %.0f Mbit/s through the tunnel, %.0f before%n",
                    kind,
                    packets,
                    flooded,
                    calm);
            String status = victim.run(
                    Artefacts.here().agent(),
                    "status",
                    "--json",
                    "--state-dir",
                    run.directory("state").resolve("victim").toString());
            assertThat(status)
                    .contains("\"limits\"")
                    .contains(kind == Flood.Kind.HANDSHAKES ? "\"handshakes\"" : "\"packets with unknown indexes\"");
            assertThat(packets).isGreaterThan(RATE);
        }
    }

    private static Namespace machine(Run run, Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }

    private static void start(Run run, NebulaAuthority authority, Namespace at, Role role, List<Lighthouse> lighthouses)
            throws IOException {
        String address = role == Role.CLIENT ? "10.42.0.2" : VICTIM;
        var config = new NebulaConfig(
                authority.issue(at.name(), address + "/24", List.of()),
                role,
                lighthouses,
                List.of(),
                NebulaConfig.OPEN);
        Program.PHAROS.start(run, at, config);
    }

    /** TCP through the tunnel, one stream, in Mbit/s. */
    private static double throughput(Namespace from) {
        String report = from.run("iperf3", "-c", VICTIM, "-t", "4", "-O", "1", "-f", "m");
        return RECEIVED.matcher(report)
                .results()
                .map((MatchResult match) -> Double.parseDouble(match.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(report));
    }
}
