package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A simulated internet in virtual time: latency, jitter and loss from a seed, NAT routers, dead and partitioned hosts.
 * Everything that happens goes into {@link #trace()}, so two runs of one seed can be compared.
 */
final class Internet {
    private static final long START = Times.seconds(1_000);

    private record Event(long at, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    /** Whether datagrams between two public addresses (ports are 0) are swallowed. */
    interface Hole {
        boolean swallows(UnderlayEndpoint from, UnderlayEndpoint to);
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<UnderlayEndpoint, Station> publicHosts = new HashMap<>();
    private final Map<UnderlayEndpoint, Nat> nats = new HashMap<>();
    private final Map<Nat, Map<UnderlayEndpoint, Station>> lans = new HashMap<>();
    /** Sees every datagram as it enters the network; false swallows it. */
    interface Tap {
        boolean passes(UnderlayEndpoint from, UnderlayEndpoint to, byte[] datagram);
    }

    private final List<Tap> taps = new ArrayList<>();
    private final List<Hole> holes = new ArrayList<>();
    private final Random random;
    private double loss;
    private double disorder;
    private long now = START;
    private long numbers;
    private long trace = 17;
    private long datagrams;
    private long second;
    private long datagramsBefore;

    Internet(long seed) {
        this.random = new Random(seed);
    }

    long now() {
        return now;
    }

    long trace() {
        return trace;
    }

    long datagrams() {
        return datagrams;
    }

    void loss(double share) {
        loss = share;
    }

    /** This share of datagrams arrives twice, and the same share 60 ms late. */
    void disorder(double share) {
        disorder = share;
    }

    void add(Hole hole) {
        holes.add(hole);
    }

    void add(Tap tap) {
        taps.add(tap);
    }

    void remove(Hole hole) {
        holes.remove(hole);
    }

    Nat nat(Nat.Kind kind, UnderlayEndpoint address) {
        return nat(kind, address, Nat.Traits.USUAL);
    }

    Nat nat(Nat.Kind kind, UnderlayEndpoint address, Nat.Traits traits) {
        var nat = new Nat(kind, address.withPort(0), traits);
        nats.put(nat.address(), nat);
        lans.put(nat, new HashMap<>());
        return nat;
    }

    void attach(Station host) {
        Nat nat = host.nat();
        Map<UnderlayEndpoint, Station> where = nat == null ? publicHosts : lan(nat);
        where.put(host.endpoint().withPort(0), host);
    }

    void detach(Station host) {
        Nat nat = host.nat();
        Map<UnderlayEndpoint, Station> where = nat == null ? publicHosts : lan(nat);
        where.remove(host.endpoint().withPort(0), host);
    }

    private Map<UnderlayEndpoint, Station> lan(Nat nat) {
        Map<UnderlayEndpoint, Station> lan = lans.get(nat);
        if (lan == null) {
            throw new IllegalStateException("a NAT of another internet");
        }
        return lan;
    }

    void at(long when, Runnable action) {
        events.add(new Event(Math.max(when, now), numbers++, action));
    }

    /** Lets so much time pass. */
    void run(long nanos) {
        runUntil(nanos, () -> false);
    }

    /** Lets time pass until something is so; false when it is not within this time. */
    boolean runUntil(long nanos, BooleanSupplier condition) {
        long end = now + nanos;
        while (!condition.getAsBoolean()) {
            Event next = events.peek();
            if (next == null || next.at > end) {
                now = end;
                return condition.getAsBoolean();
            }
            events.poll();
            now = next.at;
            next.action.run();
        }
        return true;
    }

    void send(Station from, UnderlayEndpoint to, byte[] datagram) {
        datagrams++;
        watchForStorms();
        record(from.endpoint().hashCode());
        record(to.hashCode());
        record(Arrays.hashCode(datagram));
        Nat nat = from.nat();
        if (nat == null) {
            travel(from.endpoint(), to, datagram);
            return;
        }
        Station neighbour = lan(nat).get(to.withPort(0));
        if (neighbour != null && nat.neighbours() == Nat.Neighbours.TALK) {
            arrive(Times.MILLISECOND / 2, neighbour, from.endpoint(), to, datagram);
        } else if (!to.withPort(0).equals(nat.address()) || nat.neighbours() == Nat.Neighbours.HAIRPIN) {
            travel(nat.outbound(now, from.endpoint(), to), to, datagram);
        }
    }

    /** Fails instead of going on for ever, when hosts write to each other without end. */
    private void watchForStorms() {
        if (now / Times.SECOND != second) {
            second = now / Times.SECOND;
            datagramsBefore = datagrams;
        }
        long allowed = 20_000 + 400L * (publicHosts.size() + nats.size());
        if (datagrams - datagramsBefore > allowed) {
            throw new AssertionError("a storm: more than " + allowed + " datagrams within a second");
        }
    }

    /** Puts a datagram onto the network, with whatever sender's address. */
    void inject(UnderlayEndpoint from, UnderlayEndpoint to, byte[] datagram) {
        travel(from, to, datagram);
    }

    private void travel(UnderlayEndpoint from, UnderlayEndpoint to, byte[] datagram) {
        long delay = latency(from, to) + random.nextLong(Times.MILLISECOND);
        if (disorder > 0 && random.nextDouble() < disorder) {
            at(now + random.nextLong(Times.millis(30)), () -> carry(from, to, datagram, delay));
        }
        if (disorder > 0 && random.nextDouble() < disorder) {
            carry(from, to, datagram, delay + Times.millis(60));
        } else {
            carry(from, to, datagram, delay);
        }
    }

    private void carry(UnderlayEndpoint from, UnderlayEndpoint to, byte[] datagram, long delay) {
        UnderlayEndpoint source = from.withPort(0);
        UnderlayEndpoint target = to.withPort(0);
        if (!taps.stream().allMatch(tap -> tap.passes(from, to, datagram))) {
            return;
        }
        boolean lost = random.nextDouble() < loss || holes.stream().anyMatch(hole -> hole.swallows(source, target));
        if (lost) {
            return;
        }
        Station host = publicHosts.get(target);
        if (host != null) {
            arrive(delay, host, from, to, datagram);
            return;
        }
        Nat nat = nats.get(target);
        if (nat != null) {
            at(now + delay, () -> enter(nat, from, to, datagram));
        }
    }

    private void enter(Nat nat, UnderlayEndpoint from, UnderlayEndpoint to, byte[] datagram) {
        UnderlayEndpoint inside = nat.inbound(now, from, to.port());
        Station host = inside == null ? null : lan(nat).get(inside.withPort(0));
        if (inside != null && host != null) {
            arrive(0, host, from, inside, datagram);
        }
    }

    private void arrive(long delay, Station host, UnderlayEndpoint from, UnderlayEndpoint to, byte[] datagram) {
        at(now + delay, () -> {
            if (host.endpoint().equals(to) && isAttached(host)) {
                host.receive(from, datagram);
            }
        });
    }

    private boolean isAttached(Station host) {
        Nat nat = host.nat();
        @Nullable
        Station there =
                (nat == null ? publicHosts : lan(nat)).get(host.endpoint().withPort(0));
        return host.equals(there);
    }

    /** 5 to 25 ms, the same for both directions of a pair. */
    private static long latency(UnderlayEndpoint from, UnderlayEndpoint to) {
        long mix = (from.low() ^ to.low()) * 0x9e3779b97f4a7c15L;
        return Times.millis(5) + Math.floorMod(mix >>> 20, Times.millis(20));
    }

    void record(long what) {
        trace = (trace * 31 + what) * 31 + now;
    }
}
