package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.probe.TcpProbe;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two configuration files as any guide to Nebula shows them, read as they are by both programs: their certificates lie in
 * {@code /etc/nebula}, which each daemon has for itself.
 */
class OrdinaryFilesIT {
    private static final Path FILES = Path.of("src/test/resources/ordinary").toAbsolutePath();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SECONDS = Duration.ofSeconds(3);

    private static final String LIGHTHOUSE = "192.168.100.1";
    private static final String LAPTOP = "192.168.100.2";
    private static final String SERVER = "192.168.100.3";

    /** With an {@code /etc} of its own, whose upper layer is prepared beforehand. */
    private static final String OWN_ETC = """
        mount -t overlay lab -o "lowerdir=/etc,upperdir=$0/etc,workdir=$0/work" /etc && exec "$@"\
        """;

    @ParameterizedTest(name = "lighthouse {0}, laptop {1}, server {2}")
    @CsvSource({"PHAROS, STOCK, PHAROS", "STOCK, PHAROS, STOCK"})
    void bothProgramsRunThemUnmodified(Program lighthouse, Program laptop, Program server) throws Exception {
        try (Run run = Run.begin()) {
            NebulaAuthority authority = new NebulaAuthority(run.directory("pki"));
            Segment segment = new Internet(run).segment("public", "100.64.22");
            Namespace beacon = Namespace.create(run, "lighthouse");
            segment.attach(beacon, "eth0", 11);
            Namespace left = behindARouter(run, segment, "laptop", 20);
            Namespace right = behindARouter(run, segment, "server", 30);

            List<Daemon> daemons = new ArrayList<>();
            daemons.add(start(
                    run,
                    beacon,
                    lighthouse,
                    "lighthouse.yml",
                    authority.issue("lighthouse", LIGHTHOUSE + "/24", List.of())));
            daemons.add(start(
                    run,
                    left,
                    laptop,
                    "client.yml",
                    authority.issue("laptop", LAPTOP + "/24", List.of("laptop", "home"))));
            daemons.add(start(run, right, server, "client.yml", authority.issue("server", SERVER + "/24", List.of())));

            assertThat(Ping.answersWithin(SOON, left, LIGHTHOUSE)).isTrue();
            assertThat(Ping.answersWithin(SOON, right, LIGHTHOUSE)).isTrue();
            assertThat(Ping.answersWithin(SOON, left, SERVER)).isTrue();
            assertThat(Ping.answersWithin(SOON, right, LAPTOP)).isTrue();
            try (ServerSocketChannel _ = TcpProbe.listen(right, 443)) {
                assertThat(TcpProbe.connects(left, SERVER, 443, SECONDS)).isTrue();
                assertThat(TcpProbe.connects(beacon, SERVER, 443, SECONDS)).isFalse();
            }
            assertThat(daemons).allSatisfy(daemon -> assertThat(daemon.log()).doesNotContainIgnoringCase("warn"));
        }
    }

    private static Namespace behindARouter(Run run, Segment outside, String name, int last) {
        Router router = Router.create(run, "r-" + name, outside, last, "10.0." + last, new Nat.PortRestrictedCone());
        Namespace place = Namespace.create(run, name);
        router.inside().attach(place, "eth0", 2);
        return place;
    }

    private static Daemon start(Run run, Namespace at, Program program, String file, NebulaIdentity identity)
            throws Exception {
        Path etc = run.directory(at.name() + "/etc/nebula");
        run.directory(at.name() + "/work");
        Files.copy(identity.authority(), etc.resolve("ca.crt"));
        Files.copy(identity.certificate(), etc.resolve("host.crt"));
        Files.copy(identity.key(), etc.resolve("host.key"));
        List<String> command = new ArrayList<>(List.of(
                "unshare", "-m", "sh", "-c", OWN_ETC, run.directory(at.name()).toString()));
        command.addAll(
                switch (program) {
                    case STOCK -> List.of("nebula", "-config");
                    case PHAROS -> Arrays.asList(Artefacts.here().agent(), "run", "--config");
                });
        command.add(FILES.resolve(file).toString());
        return at.start(at.name(), command, Map.of());
    }
}
