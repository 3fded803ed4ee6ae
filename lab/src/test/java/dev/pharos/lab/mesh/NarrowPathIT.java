package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.probe.Transfer;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Something between two hosts begins to swallow large datagrams, in the middle of transfers. */
class NarrowPathIT {
    private static final String NEAR = "10.42.0.10";
    private static final String FAR = "10.42.0.1";
    private static final int MEGABYTE = 1_000_000;

    /** It takes two and a half seconds to find out, and TCP up to three more to try again; the machine is shared. */
    private static final Duration FOUND = Duration.ofSeconds(15);

    private final Run run = Run.begin();

    @Test
    void transfersGoOnAndTheFullSizeIsUsedAgainWhenItPasses() throws Exception {
        try (run) {
            var internet = new Internet(run);
            NebulaAuthority authority = new NebulaAuthority(run.directory("pki"));
            Namespace far = machine(internet.segment("west", "203.0.113"), "far");
            Namespace near = machine(internet.segment("east", "198.51.100"), "near");
            Program.PHAROS.start(run, far, config(authority, "far", FAR, Role.LIGHTHOUSE, List.of()));
            Daemon agent = Program.PHAROS.start(
                    run,
                    near,
                    config(authority, "near", NEAR, Role.CLIENT, List.of(new Lighthouse(FAR, "203.0.113.2:4242"))));
            assertThat(Ping.answersWithin(FOUND, near, FAR)).isTrue();

            try (Transfer out = Transfer.start(near, far, FAR, 5001)) {
                try (Transfer in = Transfer.start(far, near, NEAR, 5002)) {
                    goesOn(out);
                    goesOn(in);
                    internet.narrow(1000);
                    goesOn(out);
                    goesOn(in);
                }
                try (Transfer later = Transfer.start(far, near, NEAR, 5003)) {
                    goesOn(later);
                }
                internet.widen();
                Await.until(
                        "large packets to be sent again",
                        FOUND,
                        () -> agent.log().contains("path carries large packets again"));
                goesOn(out);
                out.finish();
                assertThat(out.longestPause()).isLessThan(FOUND);
            }
        }
    }

    /** More arrives than could have been under way. */
    private static void goesOn(Transfer transfer) {
        long before = transfer.bytes();
        Await.until("the transfer to go on", FOUND, () -> transfer.bytes() > before + 2 * MEGABYTE);
    }

    /** Its datagrams leave one by one, as they would at any other cable than the kernel's own. */
    private Namespace machine(Segment segment, String name) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", 2);
        machine.ip("link set eth0 gso_max_segs 1");
        return machine;
    }

    private static NebulaConfig config(
            NebulaAuthority authority, String name, String overlay, Role role, List<Lighthouse> lighthouses) {
        return new NebulaConfig(
                authority.issue(name, overlay + "/24", List.of()), role, lighthouses, List.of(), NebulaConfig.OPEN);
    }
}
