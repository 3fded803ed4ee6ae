package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.fleet.FleetNetwork;
import dev.pharos.lab.fleet.Member;
import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our nodes and Debian's nebula in one mesh: two lighthouses that relay, and three clients behind routers. */
class MixedMeshIT {
    private static final List<Member> LIGHTHOUSES =
            Arrays.stream(Member.values()).filter(Member::isLighthouse).toList();

    @ParameterizedTest(name = "{0} lighthouses, {1} at the client''s, {2} for the mobiles")
    @CsvSource({"PHAROS, STOCK, STOCK", "STOCK, PHAROS, PHAROS", "PHAROS, PHAROS, STOCK"})
    void everyPairPingsInBothDirections(Program lighthouses, Program rpi, Program mobiles) throws Exception {
        try (Run run = Run.begin()) {
            FleetNetwork network = new FleetNetwork(run);
            NebulaAuthority authority = new NebulaAuthority(run.directory("pki"));
            for (Member member : Member.values()) {
                Program program = member.isLighthouse() ? lighthouses : member == Member.RPI ? rpi : mobiles;
                program.start(run, network.place(member), config(authority, member));
            }

            for (Member.Pair pair : Member.pairs()) {
                assertThat(Ping.answersWithin(
                                Duration.ofSeconds(30),
                                network.place(pair.from()),
                                pair.to().overlay()))
                        .as("%s", pair)
                        .isTrue();
            }
        }
    }

    private static NebulaConfig config(NebulaAuthority authority, Member member) {
        return new NebulaConfig(
                authority.issue(member.hostName(), member.overlay() + "/24", member.groups()),
                member.isLighthouse() ? Role.LIGHTHOUSE_AND_RELAY : Role.CLIENT,
                LIGHTHOUSES.stream()
                        .filter(each -> each != member)
                        .map(each -> new Lighthouse(each.overlay(), each.endpoint()))
                        .toList(),
                member.isLighthouse()
                        ? List.of()
                        : LIGHTHOUSES.stream().map(Member::overlay).toList(),
                NebulaConfig.PING_ONLY);
    }
}
