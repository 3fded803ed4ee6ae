package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.Ledger.Talk;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Many hosts behind networks of all kinds, in virtual time, and whatever may happen to them. Everything follows from the
 * seed.
 */
final class City {
    /** A pair that the networks allow has talked in both directions within this time, with 3 % loss on every hop. */
    static final long BOUND = Times.seconds(5);

    private static final long SPREAD = Times.seconds(3);
    private static final long REPEAT = Times.millis(250);
    private static final List<Nat.Neighbours> NEIGHBOURS = List.of(Nat.Neighbours.values());
    private static final Nat.Traits SHORT_LIVED = new Nat.Traits(Times.seconds(20), Nat.Neighbours.TALK);

    private record Pair(SimulatedHost one, SimulatedHost two) {}

    /** What a network lets through: only these lighthouses and relays, or everything. */
    private record Reach(Set<UnderlayEndpoint> lighthouses, boolean others) {}

    private final Random random;
    private final Fleet fleet;
    private final Internet internet;
    private final Ledger ledger;
    private final List<SimulatedHost> lighthouses = new ArrayList<>();
    private final List<SimulatedHost> clients = new ArrayList<>();
    private final List<SimulatedHost> blocked = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private final Map<UnderlayEndpoint, Reach> reaches = new HashMap<>();
    private final List<Long> took = new ArrayList<>();
    private final SimulatedHost stranger;
    private @Nullable SimulatedHost lately;

    City(long seed, int hosts, int pairsPerHost) {
        random = new Random(seed);
        fleet = new Fleet(seed);
        internet = fleet.internet();
        ledger = new Ledger(internet);
        for (int i = 1; i <= 5; i++) {
            lighthouses.add(fleet.lighthouse("lighthouse-" + i));
        }
        fleet.useTheSameAddressOnEveryLan();
        for (int i = 1; i <= hosts; i++) {
            SimulatedHost host = settle("host-" + i);
            host.judge(ledger);
            clients.add(host);
            if (i % 4 == 0) {
                host.narrowIndexes(10);
            }
        }
        stranger = fleet.stranger("stranger");
        ledger.forbid(stranger);
        internet.add((from, to) -> !passes(from, to) || !passes(to, from));
        while (pairs.size() < hosts * pairsPerHost) {
            pairs.add(new Pair(any(), any()));
            if (pairs.getLast().one() == pairs.getLast().two()) {
                pairs.removeLast();
            }
        }
    }

    /** One host somewhere, by the dice. */
    private SimulatedHost settle(String name) {
        int dice = random.nextInt(100);
        Nat.Traits traits = dice % 3 == 0 ? SHORT_LIVED : Nat.Traits.USUAL;
        SimulatedHost before = lately;
        lately = null;
        if (dice < 10) {
            return fleet.open(name);
        } else if (dice < 20 && before != null) {
            return fleet.beside(before, name);
        } else if (dice < 35) {
            return fleet.behind(Nat.Kind.FULL_CONE, traits, name);
        } else if (dice < 45) {
            return fleet.behind(Nat.Kind.ADDRESS_RESTRICTED, traits, name);
        } else if (dice < 60) {
            return fleet.behind(Nat.Kind.PORT_RESTRICTED, traits, name);
        } else if (dice < 70) {
            return fleet.behind(Nat.Kind.SYMMETRIC, traits, name);
        } else if (dice < 80) {
            return restrict(fleet.behind(Nat.Kind.PORT_RESTRICTED, traits, name), dice < 75 ? 5 : 3, dice >= 75);
        }
        Nat.Neighbours neighbours = NEIGHBOURS.get(dice % NEIGHBOURS.size());
        lately = fleet.behind(
                dice < 90 ? Nat.Kind.PORT_RESTRICTED : Nat.Kind.SYMMETRIC,
                new Nat.Traits(Times.seconds(60), neighbours),
                name);
        return lately;
    }

    /** The network of this host lets only so many lighthouses through, and what is no lighthouse or not. */
    private SimulatedHost restrict(SimulatedHost host, int reachable, boolean others) {
        Set<UnderlayEndpoint> allowed = lighthouses.stream()
                .skip(random.nextInt(lighthouses.size() - reachable + 1))
                .limit(reachable)
                .map(City::outside)
                .collect(Collectors.toSet());
        reaches.put(outside(host), new Reach(allowed, others));
        return host;
    }

    private boolean passes(UnderlayEndpoint here, UnderlayEndpoint there) {
        Reach reach = reaches.get(here);
        if (reach == null) {
            return true;
        }
        boolean lighthouse = lighthouses.stream().anyMatch(one -> outside(one).equals(there));
        return lighthouse ? reach.lighthouses().contains(there) : reach.others();
    }

    private static UnderlayEndpoint outside(SimulatedHost host) {
        Nat nat = host.nat();
        return nat == null ? host.endpoint().withPort(0) : nat.address();
    }

    private SimulatedHost any() {
        return clients.get(random.nextInt(clients.size()));
    }

    /** Whether the networks allow these two to talk: a relay that both reach is there. Direct may work, too. */
    private boolean mayTalk(Pair pair) {
        return !blocked.contains(pair.one())
                && !blocked.contains(pair.two())
                && lighthouses.stream()
                        .filter(SimulatedHost::isUp)
                        .map(City::outside)
                        .anyMatch(one -> passes(outside(pair.one()), one) && passes(outside(pair.two()), one));
    }

    /** A day in the city. */
    void live() {
        internet.loss(0.03);
        internet.disorder(0.02);
        eavesdrop();
        internet.run(Times.seconds(3));
        talk("in the morning");
        some(10, this::restart);
        some(20, host -> host.setClock(Duration.ofHours(random.nextInt(72) - 48)));
        some(20, City::restartRouter);
        kill(lighthouses.get(0));
        internet.run(Times.seconds(5));
        talk("after restarts, and with a lighthouse less");
        some(20, this::nap);
        some(20, this::move);
        block(any());
        block(any());
        kill(lighthouses.get(1));
        lighthouses.get(0).boot();
        internet.run(Times.seconds(40));
        talk("after moves and sleep, and with another lighthouse less");
        lighthouses.get(1).boot();
        internet.run(Times.seconds(60));
        new CityBounds(fleet.hosts()).check();
        // An answer that is lost is asked for once more, which is no part of what an idle tunnel costs.
        internet.loss(0);
        IdleCost.check(internet, fleet.hosts(), Times.seconds(30));
        assertThat(ledger.objections()).as("forbidden deliveries").isEmpty();
    }

    private void some(int oneOutOf, Consumer<SimulatedHost> what) {
        for (int i = 0; i < clients.size() / oneOutOf; i++) {
            SimulatedHost host = any();
            if (host.isUp()) {
                what.accept(host);
            }
        }
    }

    private void restart(SimulatedHost host) {
        host.remember();
        host.crash();
        internet.at(internet.now() + random.nextLong(Times.seconds(4)), host::boot);
    }

    private void nap(SimulatedHost host) {
        host.sleep();
        internet.at(internet.now() + Times.seconds(5 + random.nextInt(30)), host::wake);
    }

    private void move(SimulatedHost host) {
        if (host.nat() == null) {
            host.move(fleet.elsewhere());
        }
    }

    private static void restartRouter(SimulatedHost host) {
        Nat nat = host.nat();
        if (nat != null) {
            nat.restart();
        }
    }

    private static void kill(SimulatedHost lighthouse) {
        lighthouse.crash();
    }

    /** Everybody learns that this host is no longer trusted; what is under way to them may still arrive before. */
    private void block(SimulatedHost host) {
        blocked.add(host);
        ledger.forbid(host);
        List<Fingerprint> fingerprints = blocked.stream()
                .flatMap(one -> one.settings().identity().certificates().stream())
                .map(Certificate::fingerprint)
                .toList();
        for (SimulatedHost other : fleet.hosts()) {
            Identity identity = other.settings().identity().withBlocklist(Blocklist.of(fingerprints));
            other.reconfigure(other.settings().withIdentity(identity));
        }
    }

    /** Somebody on the way records packets and sends them again, some in their own name. */
    private void eavesdrop() {
        UnderlayEndpoint own = fleet.elsewhere();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (random.nextInt(200) == 0) {
                UnderlayEndpoint as = random.nextBoolean() ? from : own;
                long later = internet.now() + random.nextLong(Times.seconds(20));
                internet.at(later, () -> internet.inject(as, to, datagram));
            }
            return true;
        });
    }

    /** Every pair that may talks, and meanwhile those say something that nobody may hear. */
    private void talk(String occasion) {
        List<Talk> talks = new ArrayList<>();
        for (Pair pair : pairs) {
            if (mayTalk(pair)) {
                long begin = internet.now() + random.nextLong(SPREAD);
                var talk = new Talk(pair.one(), pair.two(), begin);
                talks.add(talk);
                boolean both = random.nextBoolean();
                internet.at(begin, () -> insist(pair, talk, both));
            }
        }
        for (int i = 0; i < 20; i++) {
            ledger.say(stranger, any(), null);
            blocked.forEach(host -> ledger.say(host, any(), null));
        }
        internet.run(SPREAD + BOUND);
        assertThat(ledger.objections()).as("forbidden deliveries").isEmpty();
        assertThat(talks.stream().filter(talk -> !talk.isDone()).limit(20))
                .as("%s: pairs of %d that did not talk within %d s", occasion, talks.size(), BOUND / Times.SECOND)
                .isEmpty();
        talks.forEach(talk -> took.add(talk.took()));
    }

    /** Applications repeat what was lost, as they do. */
    private void insist(Pair pair, Talk talk, boolean both) {
        if (talk.isDone()) {
            return;
        }
        if (pair.one().isUp()) {
            ledger.say(pair.one(), pair.two(), talk);
        }
        if (pair.two().isUp() && (both || talk.wasHeardBy(pair.two()))) {
            ledger.say(pair.two(), pair.one(), talk);
        }
        internet.at(internet.now() + REPEAT, () -> insist(pair, talk, both));
    }

    long trace() {
        return internet.trace();
    }

    @Override
    public String toString() {
        long[] millis =
                took.stream().mapToLong(one -> one / Times.MILLISECOND).sorted().toArray();
        return "%d hosts, %d talks: half within %d ms, 99 %% within %d ms, all within %d ms; %d datagrams"
                .formatted(
                        fleet.hosts().size(),
                        millis.length,
                        millis[millis.length / 2],
                        millis[millis.length * 99 / 100],
                        LongStream.of(millis).max().orElse(0),
                        internet.datagrams());
    }
}
