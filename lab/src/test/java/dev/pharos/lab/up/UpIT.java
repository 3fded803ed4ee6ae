package dev.pharos.lab.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The promise of the README: one command on the server, one on the other host, one ping. */
class UpIT {
    private static final Pattern JOIN = Pattern.compile("pharos-agent up --token (pharos-join-\\S+)");
    private static final Pattern OVERLAY = Pattern.compile("This machine is ([0-9.]+)");

    @Test
    void fromThePrintedJoinLineToAPingTakesTwoCommands() {
        Artefacts artefacts = Artefacts.here();
        try (Run run = Run.begin()) {
            Segment segment = new Internet(run).segment("lan", "198.51.100");
            Namespace server = standing(run, segment, "server", 2);
            Namespace other = standing(run, segment, "other", 3);

            Daemon up = server.start(
                    "up",
                    command(artefacts, run.directory("up")),
                    Map.of("PHAROS_LAB_DIR", run.directory("lab").toString()));
            up.awaitReady(
                    "a join line",
                    Duration.ofMinutes(2),
                    () -> JOIN.matcher(up.log()).find());
            String token = first(JOIN, up);
            String address = first(OVERLAY, up);

            other.start(
                    "joining",
                    List.of(
                            artefacts.agent(),
                            "up",
                            "--token",
                            token,
                            "--name",
                            "other",
                            "--state-dir",
                            run.directory("other").toString()),
                    Map.of());
            assertThat(Ping.answersWithin(Duration.ofSeconds(20), other, address))
                    .isTrue();

            assertThat(up.stop()).isIn(0, 143);
        }
    }

    private static Namespace standing(Run run, Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }

    private static List<String> command(Artefacts artefacts, Path directory) {
        return List.of(
                System.getProperty("java.home") + "/bin/java",
                "-jar",
                artefacts.root().resolve("lab/target/pharos-lab.jar").toString(),
                "up",
                "--data-dir",
                directory.resolve("data").toString(),
                "--state-dir",
                directory.resolve("agent").toString());
    }

    private static String first(Pattern pattern, Daemon daemon) {
        Matcher matcher = pattern.matcher(daemon.log());
        assertThat(matcher.find()).as("%s in:%n%s", pattern, daemon.log()).isTrue();
        return matcher.group(1);
    }
}
