package dev.pharos.lab.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.probe.TcpProbe;
import dev.pharos.lab.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lab itself, proven with five daemons we did not write: if these cannot talk, no fault of ours is to blame. */
class StockFleetIT {
    @Test
    void fiveStockDaemonsReachEachOtherAcrossTheRouters() throws Exception {
        try (Run run = Run.begin()) {
            FleetNetwork network = new FleetNetwork(run);
            NebulaAuthority authority = new NebulaAuthority(run.directory("pki"));
            for (Member member : Member.values()) {
                start(run, network, authority, member);
            }

            for (Member.Pair pair : Member.pairs()) {
                assertThat(Ping.answersWithin(
                                Duration.ofSeconds(40),
                                network.place(pair.from()),
                                pair.to().overlay()))
                        .as("%s", pair)
                        .isTrue();
            }

            try (var _ = TcpProbe.listen(network.place(Member.RPI), 22)) {
                assertThat(TcpProbe.connects(
                                network.place(Member.LAPTOP), Member.RPI.overlay(), 22, Duration.ofSeconds(3)))
                        .isTrue();
            }
            try (var _ = TcpProbe.listen(network.place(Member.LAPTOP), 22)) {
                assertThat(TcpProbe.connects(
                                network.place(Member.RPI), Member.LAPTOP.overlay(), 22, Duration.ofSeconds(2)))
                        .isFalse();
            }
            assertThat(network.router(Member.HOME_SERVER).hasHeard("198.51.100.2"))
                    .isTrue();
        }
    }

    private static void start(Run run, FleetNetwork network, NebulaAuthority authority, Member member)
            throws Exception {
        List<Member> lighthouses = Arrays.stream(Member.values())
                .filter(Member::isLighthouse)
                .filter(each -> each != member)
                .toList();
        List<String> inbound = member.groups().contains("servers")
                ? List.of("{port: any, proto: icmp, host: any}", "{port: 22, proto: tcp, group: mobiles}")
                : NebulaConfig.PING_ONLY;
        NebulaConfig config = new NebulaConfig(
                authority.issue(member.hostName(), member.overlay() + "/24", member.groups()),
                member.isLighthouse() ? Role.LIGHTHOUSE_AND_RELAY : Role.CLIENT,
                lighthouses.stream()
                        .map(each -> new Lighthouse(each.overlay(), each.endpoint()))
                        .toList(),
                member.isLighthouse()
                        ? List.of()
                        : lighthouses.stream().map(Member::overlay).toList(),
                inbound);
        Path file = run.directory("stock").resolve(member.hostName() + ".yml");
        StockNebula.start(network.place(member), Files.writeString(file, config.yaml()));
    }
}
