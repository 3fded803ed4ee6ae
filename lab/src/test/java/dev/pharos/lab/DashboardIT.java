package dev.pharos.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.ControlPlane;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard in a real browser before a real control plane: what it says to run is run on a machine of the lab. */
class DashboardIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern TOKEN = Pattern.compile("pharos-join-[\\w-]+");

    @Test
    void theLineThatTheDashboardShowsMakesAHostJoin() {
        Artefacts artefacts = Artefacts.here();
        try (Run run = Run.begin()) {
            Segment street = new Internet(run).segment("street", "198.51.100");
            Namespace control = machine(run, street, "control", 10);
            Namespace rpi = machine(run, street, "rpi", 20);
            try (ControlPlane controlPlane = ControlPlane.start(run, control, street.address(10), artefacts)) {
                Daemon browser = browse(run, artefacts.root(), controlPlane);
                browser.awaitReady(
                        "the line that makes a machine join",
                        LIMIT,
                        () -> TOKEN.matcher(browser.log()).find());

                Agent agent = new Agent(rpi, artefacts, run.directory("state").resolve("rpi"));
                agent.up(tokenIn(browser.log()));

                int exit = browser.awaitExit(LIMIT);
                assertThat(exit).as(browser.log()).isZero();
            }
        }
    }

    private static Namespace machine(Run run, Segment street, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        street.attach(machine, "eth0", last);
        return machine;
    }

    private static Daemon browse(Run run, Path root, ControlPlane controlPlane) {
        return run.start(
                "browser",
                List.of(
                        "npm",
                        "--prefix",
                        root.resolve("web-ui").toString(),
                        "run",
                        "e2e",
                        "--",
                        controlPlane.dashboard(),
                        controlPlane.signInLink().orElseThrow()),
                Map.of(
                        "PHAROS_SCREENSHOTS",
                        root.resolve("lab/target/screenshots").toString()));
    }

    private static String tokenIn(String log) {
        Matcher token = TOKEN.matcher(log);
        assertThat(token.find()).isTrue();
        return token.group();
    }
}
