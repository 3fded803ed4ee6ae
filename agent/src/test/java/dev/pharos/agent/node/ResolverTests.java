package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NameLookup.Family;
import dev.pharos.protocol.UnderlayEndpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ResolverTests {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HostPort HOME = new HostPort("home.example.net", 4242);

    private final Map<String, List<String>> zone = new ConcurrentHashMap<>();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final AtomicInteger news = new AtomicInteger();
    private final Resolver resolver = new Resolver(this::answer, news::incrementAndGet);

    @Test
    void addressesStandForThemselvesWithoutALookUp() throws Exception {
        assertThat(resolver.endpoints(
                        List.of(new HostPort("192.0.2.1", 4242), new HostPort("2001:db8::1", 0)), Family.IP4))
                .containsExactly(UnderlayEndpoint.parse("192.0.2.1:4242"), UnderlayEndpoint.parse("[2001:db8::1]:0"));
    }

    @Test
    void aNameIsNothingUntilItIsLookedUp() throws Exception {
        zone.put(HOME.host(), List.of("192.0.2.7"));

        assertThat(resolver.endpoints(List.of(HOME), Family.IP)).isEmpty();
        resolver.lookUp(List.of(HOME), PATIENCE);
        assertThat(resolver.takeNews()).isTrue();
        assertThat(resolver.endpoints(List.of(HOME), Family.IP))
                .containsExactly(UnderlayEndpoint.parse("192.0.2.7:4242"));
        resolver.lookUp(List.of(HOME), PATIENCE);
        assertThat(resolver.takeNews()).isFalse();
    }

    @Test
    void aNameThatMovesIsFollowedAndOneThatFailsKeepsItsAddress() throws Exception {
        zone.put(HOME.host(), List.of("192.0.2.7"));
        resolver.lookUp(List.of(HOME), PATIENCE);
        zone.put(HOME.host(), List.of("192.0.2.8"));
        resolver.lookUp(List.of(HOME), PATIENCE);
        zone.remove(HOME.host());
        resolver.lookUp(List.of(HOME), PATIENCE);

        assertThat(resolver.endpoints(List.of(HOME), Family.IP))
                .containsExactly(UnderlayEndpoint.parse("192.0.2.8:4242"));
    }

    @Test
    void onlyAddressesOfTheFamilyAskedForCount() throws Exception {
        zone.put(HOME.host(), List.of("192.0.2.7", "2001:db8::7"));
        resolver.lookUp(List.of(HOME), PATIENCE);

        assertThat(resolver.endpoints(List.of(HOME), Family.IP4))
                .containsExactly(UnderlayEndpoint.parse("192.0.2.7:4242"));
        assertThat(resolver.endpoints(List.of(HOME), Family.IP6))
                .containsExactly(UnderlayEndpoint.parse("[2001:db8::7]:4242"));
        assertThat(resolver.endpoints(List.of(HOME), Family.IP)).hasSize(2);
    }

    @Test
    void anAnswerThatComesTooLateCountsWhenItComes() throws Exception {
        zone.put("slow.example.net", List.of("192.0.2.9"));
        HostPort late = new HostPort("slow.example.net", 1);

        resolver.lookUp(List.of(late), Duration.ofMillis(1));
        assertThat(resolver.unresolved()).containsExactly("slow.example.net");
        slow.countDown();

        await().until(() -> news.get() == 1);
        assertThat(resolver.takeNews()).isTrue();
        assertThat(resolver.endpoints(List.of(late), Family.IP4)).hasSize(1);
    }

    @Test
    void aNameThatDoesNotExistIsTold() throws Exception {
        resolver.lookUp(List.of(new HostPort("no-such-host.invalid", 4242)), PATIENCE);

        assertThat(resolver.unresolved()).containsExactly("no-such-host.invalid");
    }

    private InetAddress[] answer(String name) throws UnknownHostException {
        if (name.startsWith("slow")) {
            try {
                slow.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        List<String> found = zone.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }
}
