package dev.pharos.agent.node;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NameLookup.Family;
import dev.pharos.protocol.UnderlayEndpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * DNS names of underlay endpoints, and what they resolved to last; a name server that fails takes nothing away. Addresses
 * stand for themselves and are never looked up.
 */
final class Resolver {
    static {
        // The runtime would answer from memory for longer than files ask.
        Security.setProperty("networkaddress.cache.ttl", "0");
    }

    /** Finds the addresses of a name, as long as that takes. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final NameService names;
    private final Runnable onNews;

    /** @param onNews told, by any thread, that {@link #takeNews} has some */
    Resolver(Runnable onNews) {
        this(InetAddress::getAllByName, onNews);
    }

    Resolver(NameService names, Runnable onNews) {
        this.names = names;
        this.onNews = onNews;
    }

    /** Looks the names up, all at once, and waits for the answers so long; later ones count when they come. */
    void lookUp(Collection<HostPort> endpoints, Duration patience) throws InterruptedException {
        List<String> hosts = endpoints.stream()
                .map(HostPort::host)
                .filter(host -> literal(host).isEmpty() && underWay.add(host))
                .toList();
        CountDownLatch pending = new CountDownLatch(hosts.size());
        for (String host : hosts) {
            Thread.ofVirtual().name("lookup").start(() -> {
                lookUp(host);
                underWay.remove(host);
                pending.countDown();
            });
        }
        if (!pending.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            hosts.forEach(host -> known.putIfAbsent(host, List.of()));
        }
    }

    /** Whether any name stands for something else than when this was last asked. */
    boolean takeNews() {
        return changed.getAndSet(false);
    }

    private void lookUp(String host) {
        try {
            List<InetAddress> found = new ArrayList<>(Arrays.asList(names.addresses(host)));
            found.sort((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
            if (!found.equals(known.put(host, found))) {
                changed.set(true);
                onNews.run();
            }
        } catch (UnknownHostException e) {
            known.putIfAbsent(host, List.of());
        }
    }

    /** Names with no address yet. */
    List<String> unresolved() {
        return known.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** What these stand for now; of names only the addresses of that family. */
    List<UnderlayEndpoint> endpoints(Collection<HostPort> endpoints, Family family) {
        return endpoints.stream()
                .flatMap(endpoint -> addresses(endpoint.host(), family).stream()
                        .map(address -> UnderlayEndpoint.of(address.getAddress(), endpoint.port())))
                .distinct()
                .toList();
    }

    private List<InetAddress> addresses(String host, Family family) {
        return literal(host)
                .map(List::of)
                .orElseGet(() -> known.getOrDefault(host, List.of()).stream()
                        .filter(address -> family.contains(address.getAddress().length == 4))
                        .toList());
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
