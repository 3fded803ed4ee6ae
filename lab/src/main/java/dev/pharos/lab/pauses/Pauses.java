package dev.pharos.lab.pauses;

import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.probe.Exchange;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets things fail under traffic and takes the time, one after the other, in one mesh. Every line is told as soon as it
 * is measured.
 */
public final class Pauses {
    /** What is measured together, in a mesh of its own. */
    public enum Part {
        /** First replies, and how soon traffic goes direct where it can at all. */
        OPENINGS,
        /** The relay in use goes, in three ways, while both hosts are behind symmetric routers. */
        RELAYS,
        /** What can happen to a direct path, and to a lighthouse meanwhile. */
        DIRECT_PATH
    }

    private static final Duration FIRST_REPLY = Duration.ofMillis(300);
    private static final Duration DIRECT = Duration.ofSeconds(2);
    private static final Duration FAILED = Duration.ofSeconds(1);
    private static final Duration BACK = Duration.ofSeconds(5);
    private static final Duration MOVED = Duration.ofMillis(200);
    /** What goes on undisturbed shows a datagram every 20 ms, and now and then how busy the machine is. */
    private static final Duration UNTOUCHED = Duration.ofMillis(200);

    /** By then a relay that has started anew is known again and a spare path leads through it. */
    private static final Duration SPARE = Duration.ofSeconds(8);

    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration GIVE_UP = Duration.ofSeconds(30);

    private static final Optional<Nat> OPEN = Optional.empty();
    private static final Optional<Nat> CONE = Optional.of(new Nat.PortRestrictedCone());
    private static final Optional<Nat> FULL_CONE = Optional.of(new Nat.FullCone());
    private static final Optional<Nat> SYMMETRIC = Optional.of(new Nat.Symmetric());

    private final Mesh mesh;
    private final Consumer<Pause> told;

    /**
     * Starts lighthouses and relays.
     *
     * @param stock what runs at the far end of our agent; our agent when empty
     * @param told gets each line
     */
    public Pauses(Run run, Optional<StockRelease> stock, Consumer<Pause> told) {
        this.mesh = new Mesh(run, stock);
        this.told = told;
    }

    /** Measures one part; each needs lighthouses and relays that nothing has happened to. */
    public void measure(Part part) {
        switch (part) {
            case OPENINGS -> openings();
            case RELAYS -> relays();
            case DIRECT_PATH -> directPath();
        }
    }

    private void openings() {
        Pair open = mesh.pair(OPEN, OPEN).start();
        Pair cones = mesh.pair(CONE, CONE).start();
        Pair mixed = mesh.pair(FULL_CONE, SYMMETRIC).start();
        awaitRegistered(open, cones, mixed);
        opening("open–open", open);
        opening("cone–cone", cones);
        opening("full cone–symmetric", mixed);
    }

    private void relays() {
        Pair pair = mesh.pair(SYMMETRIC, SYMMETRIC).start();
        awaitRegistered(pair);
        try (Exchange exchange = pair.talk()) {
            heard(exchange, exchange.begun());
            tell("first reply, symmetric–symmetric", FIRST_REPLY, exchange.firstReply());
            watch(CALM);
            Mesh.Node first = carrying(pair);
            failing("the relay in use is black-holed", exchange, first::blackHole);
            first.surface();
            watch(CALM);
            Mesh.Node second = carrying(pair);
            failing("the relay in use is drained", exchange, second::drain);
            second.start();
            watch(SPARE);
            Mesh.Node third = carrying(pair);
            failing("the relay in use is killed", exchange, third::kill);
            third.start();
        }
    }

    private void directPath() {
        Pair pair = mesh.pair(CONE, CONE).start();
        Pair later = mesh.pair(OPEN, OPEN).start();
        awaitRegistered(pair, later);
        try (Exchange exchange = pair.talk()) {
            usedDirectly(pair, exchange, 0);
            watch(CALM);
            cutAndBack(pair, exchange);
            lighthouseKilled(later, exchange);
            moves(pair, exchange);
            restarts(pair, exchange);
            watch(CALM);
            gap(
                    "all lighthouses are killed: live tunnels",
                    UNTOUCHED,
                    exchange,
                    () -> mesh.lighthouses().getLast().kill());
        }
    }

    private static void awaitRegistered(Pair... pairs) {
        for (Pair pair : pairs) {
            Await.until("the lighthouses to know " + pair.first().place().name(), GIVE_UP, pair::isRegistered);
        }
        watch(CALM);
    }

    private void opening(String networks, Pair pair) {
        try (Exchange exchange = pair.talk()) {
            long direct = usedDirectly(pair, exchange, 0);
            Duration reply = exchange.firstReply();
            tell("first reply, " + networks, FIRST_REPLY, reply);
            watch(Duration.ofSeconds(2));
            long end = System.nanoTime() - Duration.ofSeconds(1).toNanos();
            Duration taken = direct == Long.MAX_VALUE ? Exchange.FOREVER : Duration.ofNanos(direct - exchange.begun());
            long lost = reply.equals(Exchange.FOREVER) ? 0 : exchange.lost(exchange.begun() + reply.toNanos(), end);
            told.accept(new Pause("direct in use, " + networks, mesh.farEnd(), DIRECT, taken, lost));
        }
    }

    private void cutAndBack(Pair pair, Exchange exchange) {
        Router router = pair.router();
        failing("direct path black-holed while a relay lives", exchange, () -> router.shut(pair.outerOfSecond()));
        watch(CALM);
        long before = pair.direct();
        router.reopen(pair.outerOfSecond());
        long reopened = System.nanoTime();
        long back = usedDirectly(pair, exchange, before);
        tell(
                "direct path works again",
                BACK,
                back == Long.MAX_VALUE ? Exchange.FOREVER : Duration.ofNanos(back - reopened));
        watch(CALM);
    }

    private void lighthouseKilled(Pair later, Exchange live) {
        Mesh.Node lighthouse = mesh.lighthouses().getFirst();
        gap("any lighthouse is killed: live tunnels", UNTOUCHED, live, lighthouse::kill);
        try (Exchange fresh = later.talk()) {
            heard(fresh, fresh.begun());
            tell("any lighthouse is killed: first reply of a new tunnel", FIRST_REPLY, fresh.firstReply());
        }
    }

    private void moves(Pair pair, Exchange exchange) {
        String device = "eth0";
        Router other = mesh.anotherWayOut(pair);
        watch(CALM);
        gap(
                "the host's own address changes",
                MOVED,
                exchange,
                () -> pair.first()
                        .place()
                        .ip(
                                "addr flush dev " + device,
                                "addr add " + pair.router().inside().address(3) + "/24 dev " + device,
                                "route replace default via "
                                        + pair.router().inside().address(1)));
        watch(CALM);
        gap(
                "the host's own route changes",
                MOVED,
                exchange,
                () -> pair.first()
                        .place()
                        .ip("route replace default via " + other.inside().address(1)));
        watch(CALM);
    }

    private void restarts(Pair pair, Exchange exchange) {
        Mesh.Node peer = pair.second();
        peer.kill();
        int sockets = peer.sockets();
        peer.start();
        Await.until("a socket of the restarted daemon", GIVE_UP, () -> peer.sockets() > sockets);
        long bound = System.nanoTime();
        heard(exchange, bound);
        tell("a peer restarts", FAILED, exchange.bothHeardAfter(bound));
    }

    private void failing(String event, Exchange exchange, Runnable failure) {
        gap(event, FAILED, exchange, failure);
    }

    private void gap(String event, Duration bound, Exchange exchange, Runnable failure) {
        long since = System.nanoTime();
        failure.run();
        watch(Duration.ofSeconds(3));
        heard(exchange, System.nanoTime());
        tell(event, bound, exchange.longestGap(since));
    }

    private void tell(String event, Duration bound, Duration measured) {
        told.accept(new Pause(event, mesh.farEnd(), bound, measured));
    }

    private Mesh.Node carrying(Pair pair) {
        String name = pair.relay();
        return mesh.relays().stream()
                .filter(relay -> name.equals(relay.place().name()) || name.equals(relay.overlay()))
                .findFirst()
                .orElseThrow(() -> new LabException("no relay carries the traffic, but \"" + name + "\""));
    }

    /** When both ends had more than {@code before} full datagrams straight from each other; never is the latest time. */
    private static long usedDirectly(Pair pair, Exchange exchange, long before) {
        heard(exchange, exchange.begun());
        return Await.holdsWithin(GIVE_UP, () -> pair.direct() > before) ? System.nanoTime() : Long.MAX_VALUE;
    }

    /** Waits for traffic in both directions; that there is none is for the measured line to say. */
    private static boolean heard(Exchange exchange, long since) {
        return Await.holdsWithin(GIVE_UP, () -> !exchange.bothHeardAfter(since).equals(Exchange.FOREVER));
    }

    /** Lets time pass under the eyes of the flows; what is waited for never comes. */
    private static void watch(Duration time) {
        if (Await.holdsWithin(time, () -> false)) {
            throw new IllegalStateException("time has stood still");
        }
    }
}
