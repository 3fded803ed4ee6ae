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
import dev.pharos.lab.probe.Exchange;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator edits the file of a running node and hangs up, beside a stock nebula 1.11.0 that knows nothing of it. */
class EditedFileIT {
    private static final String NEWEST = "1.11.0";
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final String STOCK = "10.42.0.101";
    private static final String OURS = "10.42.0.102";

    /** No lighthouse and no entry for anybody: where a peer is follows from its overlay address. */
    private static final String CALCULATED =
            "lighthouse: {calculated_remotes: {10.42.0.0/24: [{mask: 192.0.2.0/24, port: 4242}]}%s}\n";

    /** What a file says beside what all of them say. */
    private record Wanted(NebulaIdentity identity, Path authorities, String blocklist, String more) {
        Wanted(NebulaIdentity identity, String more) {
            this(identity, identity.authority(), "", more);
        }
    }

    private static final String MAP = "static_host_map: {\"%s\": [\"192.0.2.102:4242\"]}\n".formatted(OURS);

    private final Run run = Run.begin();
    private StockRelease release;
    private NebulaAuthority authority;
    private Internet internet;
    private Segment segment;
    private Namespace stock;
    private Namespace ours;

    @BeforeEach
    void makeTwoMachines() {
        Optional<StockRelease> found = new StockArchive().find(NEWEST);
        assumeThat(found).as("nebula " + NEWEST + " is in the archive").isPresent();
        release = found.orElseThrow();
        authority = authority("old");
        internet = new Internet(run);
        segment = internet.segment("lan", "192.0.2");
        stock = Namespace.create(run, "stock");
        segment.attach(stock, "eth0", 101);
        ours = Namespace.create(run, "ours");
        segment.attach(ours, "eth0", 102);
    }

    @AfterEach
    void clearAway() {
        run.close();
    }

    @Test
    void peersAreForgottenWhenIdleRefusedWhereTheListSaysSoAndKeptOutWhenBlocked() throws Exception {
        NebulaIdentity theirs = authority.issue("stock", STOCK + "/24", List.of());
        NebulaIdentity own = authority.issue("ours", OURS + "/24", List.of());
        start(stock, new Wanted(theirs, MAP));
        Daemon daemon = start(ours, new Wanted(own, CALCULATED.formatted("")));
        talks(ours, STOCK, daemon);

        String refusing = CALCULATED.formatted(", remote_allow_list: {192.0.2.101/32: false, 0.0.0.0/0: true}");
        edit(daemon, new Wanted(own, refusing));
        talks(ours, STOCK, daemon);

        edit(daemon, new Wanted(own, refusing + "tunnels: {drop_inactive: true, inactivity_timeout: 1s}\n"));
        logs(daemon, "tunnel closed peer=stock address=10.42.0.101 why=\"nothing was sent for a long time\"");
        assertThat(Ping.answers(ours, STOCK)).as("to a refused endpoint").isFalse();
        assertThat(Ping.answers(stock, OURS)).as("from a refused endpoint").isFalse();

        String ofOthers = ", remote_allow_ranges: {10.42.0.0/26: {0.0.0.0/0: false}}";
        edit(daemon, new Wanted(own, CALCULATED.formatted(ofOthers.replace("/26", "/25"))));
        assertThat(Ping.answers(ours, STOCK)).as("to a host of a refused range").isFalse();
        edit(daemon, new Wanted(own, CALCULATED.formatted(ofOthers)));
        talks(stock, OURS, daemon);
        talks(ours, STOCK, daemon);

        edit(daemon, new Wanted(own, own.authority(), fingerprint(theirs), CALCULATED.formatted("")));
        logs(daemon, "why=\"the peer's certificate is blocked, expired or no longer trusted\"");
        assertThat(Ping.answers(ours, STOCK)).as("a blocked peer").isFalse();
        assertThat(Ping.answers(stock, OURS)).as("by a blocked peer").isFalse();

        edit(daemon, new Wanted(own, CALCULATED.formatted("")));
        talks(ours, STOCK, daemon);
    }

    /** Both have a second network; the stock node is the lighthouse, and a third machine asks it where we are. */
    @Test
    void addressesAreToldAndPreferredAsTheFileSays() throws Exception {
        assumeThat(Boolean.getBoolean("pharos.full"))
                .as("half a minute, which ./pharos test --full takes")
                .isTrue();
        Segment second = internet.segment("wifi", "198.51.100");
        second.attachBeside(stock, "eth1", 101);
        second.attachBeside(ours, "eth1", 102);
        // Nothing is sent from there, so that the lighthouse knows it by our word alone.
        ours.ip("addr add 203.0.113.7/24 dev eth1");
        Namespace asker = Namespace.create(run, "asker");
        segment.attach(asker, "eth0", 103);
        start(
                stock,
                new Wanted(authority.issue("stock", STOCK + "/24", List.of()), "lighthouse: {am_lighthouse: true}\n"));
        NebulaIdentity own = authority.issue("ours", OURS + "/24", List.of());
        Daemon daemon = start(ours, told(own, "{203.0.113.0/24: false, 0.0.0.0/0: true}", "192.0.2.0/24"));
        NebulaIdentity third = authority.issue("asker", "10.42.0.103/24", List.of());
        logs(start(asker, told(third, "{}", "192.0.2.0/24")), "node started");
        logs(daemon, "node started");

        knows(asker, true, "192.0.2.102:4242");
        knows(asker, false, "203.0.113.7:4242");
        sendsTo("192.0.2.101:4242");

        edit(daemon, told(own, "{}", "198.51.100.0/24"));
        knows(asker, true, "203.0.113.7:4242");
        sendsTo("198.51.100.101:4242");

        edit(daemon, told(own, "{interfaces: {eth1: false}}", "192.0.2.0/24"));
        knows(asker, false, "203.0.113.7:4242");
    }

    private static Wanted told(NebulaIdentity identity, String allowed, String preferred) {
        return new Wanted(identity, """
            static_host_map: {"%s": ["192.0.2.101:4242", "198.51.100.101:4242"]}
            lighthouse: {hosts: ["%s"], interval: 1, local_allow_list: %s}
            preferred_ranges: ["%s"]
            counters: {try_promote: 2}
            """.formatted(STOCK, STOCK, allowed, preferred));
    }

    /** What the lighthouse tells another host about us. */
    private void knows(Namespace asker, boolean wanted, String endpoint) {
        Await.until(
                asker.name() + (wanted ? " being told of " : " not being told of ") + endpoint,
                SETTLE,
                () -> console(asker, "query-lighthouse", OURS).contains("\"" + endpoint + "\"") == wanted);
    }

    private void sendsTo(String endpoint) {
        Await.until(
                "packets to stock going to " + endpoint,
                SETTLE,
                () -> Ping.answers(ours, STOCK)
                        && console(ours, "print-tunnel", STOCK).matches("(?s).*\"path\":\"" + endpoint + "\".*"));
    }

    /** Both trust both; each host changes over in its turn; the old one goes. */
    @Test
    void anotherAuthorityTakesOverWithoutATunnelLost() throws Exception {
        NebulaAuthority next = authority("next");
        Path both = Files.writeString(
                run.directory("config").resolve("both.crt"),
                Files.readString(authority.certificate()) + Files.readString(next.certificate()));
        NebulaIdentity theirs = authority.issue("stock", STOCK + "/24", List.of());
        NebulaIdentity own = authority.issue("ours", OURS + "/24", List.of());
        NebulaIdentity theirNext = next.issue("stock", STOCK + "/24", List.of());
        NebulaIdentity ownNext = next.issue("ours", OURS + "/24", List.of());
        Daemon stockDaemon = start(stock, new Wanted(theirs, both, "", MAP));
        Daemon daemon = start(ours, new Wanted(own, both, "", CALCULATED.formatted("")));
        talks(ours, STOCK, daemon);

        try (Exchange traffic = Exchange.begin(ours, OURS, stock, STOCK, 5000)) {
            edit(daemon, new Wanted(ownNext, both, "", CALCULATED.formatted("")));
            logs(stockDaemon, fingerprint(ownNext));

            config(stock, new Wanted(theirNext, both, "", MAP));
            stock.run("kill", "-HUP", Long.toString(stockDaemon.pid()));
            Await.until(
                    "stock's new certificate to be shown to us",
                    SETTLE,
                    () -> shown().contains(fingerprint(theirNext)));

            edit(daemon, new Wanted(ownNext, CALCULATED.formatted("")));
            talks(ours, STOCK, daemon);
            assertThat(traffic.longestGap(traffic.begun()))
                    .as("without traffic\n" + daemon.tail())
                    .isLessThan(Duration.ofSeconds(1));
        }
        assertThat(daemon.log()).doesNotContain("no longer trusted");
    }

    private String shown() {
        return console(ours, "print-cert", STOCK);
    }

    private String console(Namespace place, String command, String address) {
        return place.run(
                Artefacts.here().agent(),
                "debug",
                "--state-dir",
                run.directory("state").resolve(place.name()).toString(),
                command,
                address);
    }

    private NebulaAuthority authority(String name) {
        return new NebulaAuthority(
                run.directory("pki-" + name), release.nebulaCert().toString(), List.of());
    }

    private String fingerprint(NebulaIdentity identity) {
        return Shell.run(
                        release.nebulaCert().toString(),
                        "print",
                        "-json",
                        "-path",
                        identity.certificate().toString())
                .replaceAll("(?s).*\"fingerprint\": ?\"([0-9a-f]{64})\".*", "$1");
    }

    private static void talks(Namespace from, String to, Daemon daemon) {
        assertThat(Ping.answersWithin(SETTLE, from, to))
                .as("%s hears from %s\n%s", from.name(), to, daemon.tail())
                .isTrue();
    }

    private static void logs(Daemon daemon, String text) {
        daemon.awaitReady("saying " + text, SETTLE, () -> daemon.log().contains(text));
    }

    private void edit(Daemon daemon, Wanted wanted) throws IOException {
        long before = reloads(daemon);
        config(ours, wanted);
        ours.run("kill", "-HUP", Long.toString(daemon.pid()));
        daemon.awaitReady("reading its file again", SETTLE, () -> reloads(daemon) > before);
    }

    private static long reloads(Daemon daemon) {
        return daemon.log()
                .lines()
                .filter(line -> line.contains("configuration reloaded"))
                .count();
    }

    private Daemon start(Namespace place, Wanted wanted) throws IOException {
        Path file = config(place, wanted);
        return place.equals(stock)
                ? StockNebula.start(place, release, file)
                : StandAloneAgent.start(
                        place, Artefacts.here(), file, run.directory("state").resolve(place.name()));
    }

    private Path config(Namespace place, Wanted wanted) throws IOException {
        return Files.writeString(
                run.directory("config").resolve(place.name() + ".yml"),
                """
                pki: {ca: %s, cert: %s, key: %s, blocklist: [%s]}
                listen: {host: 0.0.0.0, port: 4242}
                punchy: {punch: true}
                tun: {dev: nebula1}
                firewall:
                  inbound: [{port: any, proto: any, host: any}]
                  outbound: [{port: any, proto: any, host: any}]
                """.formatted(
                                        wanted.authorities(),
                                        wanted.identity().certificate(),
                                        wanted.identity().key(),
                                        wanted.blocklist())
                        + wanted.more());
    }
}
