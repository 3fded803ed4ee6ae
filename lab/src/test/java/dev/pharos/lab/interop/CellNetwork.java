package dev.pharos.lab.interop;

import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.StandAloneAgent;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The network of one cell: four hosts on one Ethernet, of which one is ours. Two of them never reach each other directly. */
final class CellNetwork {
    private static final Duration LIMIT = Duration.ofSeconds(45);

    /** The hosts; {@link #FIRST} and {@link #SECOND} never exchange a packet directly. */
    private enum Host {
        LIGHTHOUSE(1),
        RELAY(2),
        FIRST(10),
        SECOND(20);

        private final int number;

        Host(int number) {
            this.number = number;
        }

        String overlay() {
            return "10.42.0." + number;
        }

        String underlay() {
            return "192.0.2." + (100 + number);
        }

        String hostName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Run run;
    private final Cell cell;
    private final StockRelease stock;
    private final CellPki pki;
    private final Map<Host, Namespace> places = new EnumMap<>(Host.class);
    private final List<Daemon> daemons = new ArrayList<>();

    /**
     * Makes the network, without any daemon.
     *
     * @param newest the release that makes version 2 certificates, where the stock version of the cell cannot
     */
    CellNetwork(Run run, Cell cell, StockRelease stock, StockRelease newest) {
        this.run = run;
        this.cell = cell;
        this.stock = stock;
        this.pki = new CellPki(run.directory("pki"), cell, stock, newest);
        Segment segment = new Internet(run).segment("lan", "192.0.2");
        for (Host host : Host.values()) {
            Namespace place = Namespace.create(run, host.hostName());
            segment.attach(place, "eth0", 100 + host.number);
            places.put(host, place);
        }
        keepApart(Host.FIRST, Host.SECOND);
    }

    /**
     * Starts the daemons and pings every pair in both directions.
     *
     * @throws LabException when one stays silent, with what the daemons last said
     */
    void prove() throws IOException {
        for (Host host : Host.values()) {
            daemons.add(start(host));
        }
        answers(Host.FIRST, Host.LIGHTHOUSE);
        // Relayed: FIRST is our agent in the role of a client, and the tunnel is opened to it.
        answers(Host.SECOND, Host.FIRST);
        answers(Host.FIRST, Host.SECOND);
        // Direct, and found by asking the lighthouse: opened by our agent in the role of a client.
        answers(Host.FIRST, Host.RELAY);
        answers(Host.RELAY, Host.FIRST);
        answers(Host.LIGHTHOUSE, Host.SECOND);
    }

    private void answers(Host from, Host to) {
        if (!Ping.answersWithin(LIMIT, place(from), to.overlay())) {
            StringBuilder message =
                    new StringBuilder(cell + ": no answer for " + from.hostName() + " from " + to.hostName());
            daemons.forEach(daemon -> message.append("\n---\n").append(daemon.tail()));
            throw new LabException(message.toString());
        }
    }

    private Host ours() {
        return switch (cell.role()) {
            case CLIENT -> Host.FIRST;
            case LIGHTHOUSE -> Host.LIGHTHOUSE;
            case RELAY -> Host.RELAY;
        };
    }

    private Daemon start(Host host) throws IOException {
        boolean lighthouse = host == Host.LIGHTHOUSE;
        NebulaConfig config = new NebulaConfig(
                pki.identity(host.hostName(), host.overlay(), host == ours()),
                switch (host) {
                    case LIGHTHOUSE -> Role.LIGHTHOUSE;
                    case RELAY -> Role.RELAY;
                    case FIRST, SECOND -> Role.CLIENT;
                },
                lighthouse
                        ? List.of()
                        : List.of(new Lighthouse(Host.LIGHTHOUSE.overlay(), Host.LIGHTHOUSE.underlay() + ":4242")),
                host == Host.FIRST || host == Host.SECOND ? List.of(Host.RELAY.overlay()) : List.of(),
                NebulaConfig.PING_ONLY);
        Path file = run.directory("config").resolve(host.hostName() + ".yml");
        Files.writeString(file, config.yaml(cell.cipher()));
        return host == ours()
                ? StandAloneAgent.start(
                        place(host),
                        Artefacts.here(),
                        file,
                        run.directory("state").resolve(host.hostName()))
                : StockNebula.start(place(host), stock, file);
    }

    private Namespace place(Host host) {
        return Objects.requireNonNull(places.get(host), host + " has no place");
    }

    private void keepApart(Host one, Host other) {
        place(one).nft("""
            table ip apart {
              chain arriving {
                type filter hook input priority 0
                ip saddr %1$s drop
              }
              chain leaving {
                type filter hook output priority 0
                ip daddr %1$s drop
              }
            }
            """.formatted(other.underlay()));
    }
}
