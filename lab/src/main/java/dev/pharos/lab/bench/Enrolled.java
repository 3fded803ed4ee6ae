package dev.pharos.lab.bench;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.ControlPlane;
import dev.pharos.lab.pharos.Enrolments;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hosts that have enrolled with a control plane, as they run for real: what a start takes, and what they weigh. */
final class Enrolled {
    static final String NAME = "Pharos, enrolled";

    /** What is measured of it, all at once. */
    static final Set<Row> ROWS = Set.of(Row.RSS_IDLE, Row.FIRST_REPLY);

    private static final String NEAR = "10.42.0.10";
    private static final String FAR = "10.42.0.11";
    private static final List<String> EVERYONE = List.of("10.42.0.0/24");
    private static final Duration SETTLED = Duration.ofSeconds(60);
    private static final Duration STEADY = Duration.ofSeconds(10);

    private Enrolled() {}

    /** Starts an enrolled host anew several times, and weighs it once its long poll is parked. */
    static void measure(Artefacts artefacts, int starts, Results results) {
        try (Run run = Run.begin()) {
            Segment segment = new Internet(run).segment("net", "198.51.100");
            Namespace controller = Namespace.create(run, "controller");
            segment.attach(controller, "eth0", 2);
            try (ControlPlane plane = ControlPlane.start(run, controller, segment.address(2), artefacts)) {
                Enrolments enrolments = new Enrolments(plane.api());
                enrolments.allow("ping", EVERYONE, EVERYONE, Map.of("protocol", "icmp"));
                Agent far = host(run, segment, artefacts, "far", 11);
                far.up(enrolments.token("far", FAR, List.of()));
                plane.api()
                        .patch(
                                enrolments.resource("far"),
                                Map.of("lighthouse", true, "endpoints", List.of(segment.address(11) + ":4242")));
                Agent near = host(run, segment, artefacts, "near", 10);
                near.up(enrolments.token("near", NEAR, List.of()));
                Await.until("the two hosts to talk", SETTLED, () -> Ping.answers(near.place(), FAR));
                for (int i = 0; i < starts; i++) {
                    near.stop();
                    long started = System.nanoTime();
                    near.run();
                    Cable.awaitReply(near.place(), FAR);
                    results.add(NAME, Row.FIRST_REPLY, (System.nanoTime() - started) / 1e9);
                }
                if (Await.holdsWithin(STEADY, () -> !near.process().alive())) {
                    throw new LabException(
                            "the agent has ended:\n" + near.process().tail());
                }
                results.add(NAME, Row.RSS_IDLE, ProcessFigures.residentMegabytes(List.of(near.process())));
            }
        }
    }

    private static Agent host(Run run, Segment segment, Artefacts artefacts, String name, int last) {
        Namespace at = Namespace.create(run, name);
        segment.attach(at, "eth0", last);
        return new Agent(at, artefacts, run.directory("state").resolve(name));
    }
}
