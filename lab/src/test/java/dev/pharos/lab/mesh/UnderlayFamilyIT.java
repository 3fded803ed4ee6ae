package dev.pharos.lab.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.StandAloneAgent;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lighthouse, our agent and a stock host, on an underlay without IPv4, and on one that has both families. */
class UnderlayFamilyIT {
    private static final Duration SETTLE = Duration.ofSeconds(45);
    private static final String LIGHTHOUSE = "10.42.0.1";
    private static final String OURS = "10.42.0.10";
    private static final String STOCK = "10.42.0.20";

    private final List<Daemon> daemons = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Program.class)
    void hostsFindEachOtherWithoutAnIpv4AddressAmongThem(Program lighthouse) throws Exception {
        try (Run run = Run.begin()) {
            Segment segment = new Internet(run).segment("lan", "192.0.2");
            var authority = new NebulaAuthority(run.directory("pki"));
            Namespace there = place(run, segment, "lighthouse", 101);
            Namespace ours = place(run, segment, "ours", 110);
            Namespace stock = place(run, segment, "stock", 120);
            for (Namespace each : List.of(there, ours, stock)) {
                each.ip("addr flush dev eth0 to 192.0.2.0/24");
            }
            start(run, there, lighthouse, authority, LIGHTHOUSE);
            start(run, ours, Program.PHAROS, authority, OURS);
            start(run, stock, Program.STOCK, authority, STOCK);

            answers(ours, LIGHTHOUSE);
            answers(stock, LIGHTHOUSE);
            answers(ours, STOCK);
            answers(stock, OURS);
        }
    }

    /** The stock host is called by us, then we by it; when one family breaks down the other carries on. */
    @Test
    void withBothFamiliesEitherCarriesTheTunnel() throws Exception {
        for (String broken : List.of("ip6", "ip")) {
            try (Run run = Run.begin()) {
                Segment segment = new Internet(run).segment("lan", "192.0.2");
                var authority = new NebulaAuthority(run.directory("pki"));
                Namespace there = place(run, segment, "lighthouse", 101);
                Namespace ours = place(run, segment, "ours", 110);
                Namespace stock = place(run, segment, "stock", 120);
                start(run, there, Program.PHAROS, authority, LIGHTHOUSE);
                start(run, ours, Program.PHAROS, authority, OURS);
                start(run, stock, Program.STOCK, authority, STOCK);
                answers(ours, STOCK);
                answers(stock, OURS);

                ours.nft("""
                    table %1$s broken {
                      chain arriving { type filter hook prerouting priority -300; iifname "eth0" meta l4proto udp drop; }
                      chain leaving { type filter hook postrouting priority 300; oifname "eth0" meta l4proto udp drop; }
                    }
                    """.formatted(broken));

                answers(ours, STOCK);
                answers(stock, OURS);
            }
        }
    }

    private void answers(Namespace from, String to) {
        assertThat(Ping.answersWithin(SETTLE, from, to))
                .as("%s hears from %s\n%s", from.name(), to, tails())
                .isTrue();
    }

    private String tails() {
        StringBuilder text = new StringBuilder();
        daemons.forEach(daemon -> text.append("---\n").append(daemon.tail()).append('\n'));
        return text.toString();
    }

    /** On the segment by both families; one cannot be used before its address is known to be nobody else's. */
    private static Namespace place(Run run, Segment segment, String name, int last) {
        Namespace place = Namespace.create(run, name);
        segment.attach(place, "eth0", last);
        place.ip("addr add 2001:db8:1::" + last + "/64 dev eth0 nodad");
        return place;
    }

    private void start(Run run, Namespace place, Program program, NebulaAuthority authority, String overlay)
            throws IOException {
        boolean lighthouse = overlay.equals(LIGHTHOUSE);
        NebulaIdentity identity = authority.issue(place.name(), overlay + "/24", List.of());
        Path config = Files.writeString(run.directory("config").resolve(place.name() + ".yml"), """
            pki: {ca: %s, cert: %s, key: %s}
            static_host_map: {%s}
            lighthouse: {am_lighthouse: %s, interval: 5, hosts: [%s]}
            listen: {host: "::", port: 4242}
            punchy: {punch: true}
            tun: {dev: nebula1}
            firewall:
              inbound: [{port: any, proto: any, host: any}]
              outbound: [{port: any, proto: any, host: any}]
            """.formatted(
                        identity.authority(),
                        identity.certificate(),
                        identity.key(),
                        lighthouse ? "" : "\"10.42.0.1\": [\"[2001:db8:1::101]:4242\"]",
                        lighthouse,
                        lighthouse ? "" : "\"10.42.0.1\""));
        daemons.add(
                switch (program) {
                    case STOCK -> StockNebula.start(place, config);
                    case PHAROS ->
                        StandAloneAgent.start(
                                place,
                                Artefacts.here(),
                                config,
                                run.directory("state").resolve(place.name()));
                });
    }
}
