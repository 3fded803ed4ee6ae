package dev.pharos.lab.pauses;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.StandAloneAgent;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two public segments with a lighthouse and a relay of ours on each, and pairs of hosts: the first of a pair stands in
 * the east and runs our agent, the second in the west and runs whatever is measured against.
 */
final class Mesh {
    static final String EAST_LIGHTHOUSE = "10.42.0.1";
    static final String WEST_LIGHTHOUSE = "10.42.0.2";
    static final String EAST_RELAY = "10.42.0.3";
    static final String WEST_RELAY = "10.42.0.4";

    private static final List<Lighthouse> LIGHTHOUSES = List.of(
            new Lighthouse(EAST_LIGHTHOUSE, "198.51.100.2:4242"), new Lighthouse(WEST_LIGHTHOUSE, "203.0.113.2:4242"));

    private final Run run;
    private final Optional<StockRelease> stock;
    private final NebulaAuthority authority;
    private final Segment east;
    private final Segment west;
    private final List<Node> lighthouses = new ArrayList<>();
    private final List<Node> relays = new ArrayList<>();
    private int pairs;

    /** Makes the segments and starts lighthouses and relays; {@code stock} runs the second host of each pair. */
    Mesh(Run run, Optional<StockRelease> stock) {
        this.run = run;
        this.stock = stock;
        this.authority = new NebulaAuthority(run.directory("pki"));
        Internet internet = new Internet(run);
        east = internet.segment("east", "198.51.100");
        west = internet.segment("west", "203.0.113");
        lighthouses.add(node(east, "lighthouse-east", 2, EAST_LIGHTHOUSE, Role.LIGHTHOUSE));
        lighthouses.add(node(west, "lighthouse-west", 2, WEST_LIGHTHOUSE, Role.LIGHTHOUSE));
        relays.add(node(east, "relay-east", 3, EAST_RELAY, Role.RELAY));
        relays.add(node(west, "relay-west", 3, WEST_RELAY, Role.RELAY));
        lighthouses.forEach(Node::start);
        relays.forEach(Node::start);
    }

    List<Node> lighthouses() {
        return lighthouses;
    }

    List<Node> relays() {
        return relays;
    }

    /** What runs the second host of each pair. */
    String farEnd() {
        return stock.map(release -> "nebula " + release.version()).orElse("Pharos");
    }

    /** Two hosts, each behind a router of a kind or, with none, in public; their daemons are not started yet. */
    Pair pair(Optional<Nat> first, Optional<Nat> second) {
        int number = ++pairs;
        Standing one = standing("a" + number, east, first, 30 + number);
        Standing other = standing("b" + number, west, second, 40 + number);
        Node alice = new Node(one.place(), "10.42.0." + (10 + number), Role.CLIENT, Optional.empty());
        Node bob = new Node(other.place(), "10.42.0." + (20 + number), Role.CLIENT, stock);
        return new Pair(alice, bob, one, other);
    }

    /** A second router in the east, of the same kind as the pair's first host has, with a cable to that host. */
    Router anotherWayOut(Pair pair) {
        String name = pair.first().place().name();
        Router router = Router.create(run, "s-" + name, east, 60, "192.168.60", new Nat.PortRestrictedCone());
        router.inside().attachBeside(pair.first().place(), "eth1", 2);
        return router;
    }

    /**
     * A machine and its way out.
     *
     * @param outer its address as the rest sees it
     */
    record Standing(Namespace place, Optional<Router> router, String outer) {}

    private Standing standing(String name, Segment outside, Optional<Nat> nat, int last) {
        Namespace place = Namespace.create(run, name);
        Optional<Router> router =
                nat.map(kind -> Router.create(run, "r-" + name, outside, last, "192.168." + last, kind));
        router.map(Router::inside).orElse(outside).attach(place, "eth0", router.isPresent() ? 2 : last);
        return new Standing(place, router, outside.address(last));
    }

    private Node node(Segment segment, String name, int last, String overlay, Role role) {
        Namespace place = Namespace.create(run, name);
        segment.attach(place, "eth0", last);
        return new Node(place, overlay, role, Optional.empty());
    }

    /** One host with its daemon. */
    final class Node {
        private final Namespace place;
        private final String overlay;
        private final Optional<StockRelease> release;
        private final Path config;
        private Optional<Daemon> daemon = Optional.empty();

        private Node(Namespace place, String overlay, Role role, Optional<StockRelease> release) {
            this.place = place;
            this.overlay = overlay;
            this.release = release;
            boolean client = role == Role.CLIENT;
            NebulaConfig text = new NebulaConfig(
                    authority.issue(place.name(), overlay + "/24", List.of()),
                    role,
                    role == Role.LIGHTHOUSE ? List.of() : LIGHTHOUSES,
                    client ? List.of(EAST_RELAY, WEST_RELAY) : List.of(),
                    NebulaConfig.OPEN);
            try {
                config = Files.writeString(run.directory("config").resolve(place.name() + ".yml"), text.yaml());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Namespace place() {
            return place;
        }

        String overlay() {
            return overlay;
        }

        Path state() {
            return run.directory("state").resolve(place.name());
        }

        void start() {
            daemon = Optional.of(
                    release.isPresent()
                            ? StockNebula.start(place, release.get(), config)
                            : StandAloneAgent.start(place, Artefacts.here(), config, state()));
        }

        /** Whether our agent runs here and says that it has a tunnel to every lighthouse. */
        boolean isRegistered() {
            return new Agent(place, Artefacts.here(), state())
                    .status()
                    .filter(status -> LIGHTHOUSES.stream()
                            .allMatch(lighthouse ->
                                    status.pathTo(lighthouse.overlay()).isPresent()))
                    .isPresent();
        }

        void kill() {
            running().kill();
        }

        /** Asks it to end, as a service manager does. */
        void drain() {
            running().stop();
        }

        /** How many UDP sockets there are on the machine. */
        int sockets() {
            return (int)
                    place.run("cat", "/proc/net/udp", "/proc/net/udp6").lines().count();
        }

        /** Drops everything from and to it, and tells nobody. */
        void blackHole() {
            place.nft("""
                table ip hole {
                  chain arriving { type filter hook prerouting priority -300; iifname "eth0" drop; }
                  chain leaving { type filter hook postrouting priority 300; oifname "eth0" drop; }
                }
                """);
        }

        /** Takes back {@link #blackHole}. */
        void surface() {
            place.nft("delete table ip hole\n");
        }

        private Daemon running() {
            return daemon.orElseThrow(() -> new LabException(place.name() + " was never started"));
        }
    }
}
