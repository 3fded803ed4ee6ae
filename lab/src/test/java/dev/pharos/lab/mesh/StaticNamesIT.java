package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A lighthouse that is known by its name alone, in a real name server, and that moves to another address. */
class StaticNamesIT {
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final String LIGHTHOUSE = "10.42.0.1";
    private static final String NAME_SERVER = "192.0.2.53";

    @Test
    void aHostFollowsItsLighthouseToTheAddressThatTheNameStandsForNow() throws Exception {
        try (Run run = Run.begin()) {
            Segment segment = new Internet(run).segment("lan", "192.0.2");
            Namespace names = place(run, segment, "names", 53);
            Namespace lighthouse = place(run, segment, "lighthouse", 101);
            Namespace host = place(run, segment, "host", 110);
            var authority = new NebulaAuthority(run.directory("pki"));
            Path zone = Files.writeString(run.directory("config").resolve("hosts"), zone(101));
            Daemon server = names.start(
                    "dnsmasq",
                    List.of(
                            "dnsmasq",
                            "--keep-in-foreground",
                            "--no-resolv",
                            "--no-hosts",
                            "--user=root",
                            "--local-ttl=1",
                            "--pid-file=",
                            "--listen-address=" + NAME_SERVER,
                            "--bind-interfaces",
                            "--addn-hosts=" + zone),
                    Map.of());
            Await.until("the name server to answer", SETTLE, () -> resolves(host));
            agent(run, lighthouse, authority, LIGHTHOUSE);
            Daemon agent = agent(run, host, authority, "10.42.0.10");
            assertThat(Ping.answersWithin(SETTLE, host, LIGHTHOUSE))
                    .as(agent.tail())
                    .isTrue();

            // It would tell the host itself, but gets no word in before it is called.
            lighthouse.ip("addr flush dev eth0", "addr add 192.0.2.102/24 dev eth0");
            host.nft("""
                table ip unasked {
                  chain arriving { type filter hook input priority 0; ip saddr 192.0.2.102 ct state new drop; }
                }
                """);
            Files.writeString(zone, zone(102));
            names.run("kill", "-HUP", Long.toString(server.pid()));

            assertThat(Ping.answersWithin(SETTLE, host, LIGHTHOUSE))
                    .as(agent.tail())
                    .isTrue();
        }
    }

    private static String zone(int last) {
        return "192.0.2." + last + " lighthouse.example.net\n";
    }

    private static boolean resolves(Namespace host) {
        return host.attempt(
                        Duration.ofSeconds(5), "dig", "+short", "+time=1", "@" + NAME_SERVER, "lighthouse.example.net")
                .text()
                .startsWith("192.0.2.");
    }

    private static Namespace place(Run run, Segment segment, String name, int last) {
        Namespace place = Namespace.create(run, name);
        segment.attach(place, "eth0", last);
        return place;
    }

    /** On a machine whose name server is ours: what the programs there see as the resolver's file is another one. */
    private static Daemon agent(Run run, Namespace place, NebulaAuthority authority, String overlay)
            throws IOException {
        boolean lighthouse = overlay.equals(LIGHTHOUSE);
        NebulaIdentity identity = authority.issue(place.name(), overlay + "/24", List.of());
        Path config = Files.writeString(run.directory("config").resolve(place.name() + ".yml"), """
            pki: {ca: %s, cert: %s, key: %s}
            static_host_map: {%s}
            static_map: {cadence: 2s, network: ip4}
            lighthouse: {am_lighthouse: %s, interval: 5, hosts: [%s]}
            listen: {host: 0.0.0.0, port: %d}
            tun: {dev: nebula1}
            firewall:
              inbound: [{port: any, proto: any, host: any}]
              outbound: [{port: any, proto: any, host: any}]
            """.formatted(
                        identity.authority(),
                        identity.certificate(),
                        identity.key(),
                        lighthouse ? "" : "\"10.42.0.1\": [\"lighthouse.example.net:4242\"]",
                        lighthouse,
                        lighthouse ? "" : "\"10.42.0.1\"",
                        lighthouse ? 4242 : 0));
        Path resolver =
                Files.writeString(run.directory("config").resolve("resolv.conf"), "nameserver " + NAME_SERVER + "\n");
        return place.start(
                place.name(),
                List.of(
                        "sh",
                        "-c",
                        "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
                        resolver.toString(),
                        Artefacts.here().agent(),
                        "run",
                        "--config",
                        config.toString(),
                        "--state-dir",
                        run.directory("state").resolve(place.name()).toString()),
                Map.of());
    }
}
