package dev.pharos.agent.node;

import dev.pharos.agent.config.HostPort;
import dev.pharos.protocol.UnderlayEndpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * DNS names of underlay endpoints, and what they resolved to last; a name server that fails takes nothing away. Addresses
 * stand for themselves and are never looked up.
 */
final class Resolver {
    private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();

    /**
     * Looks the names up; blocks as long as name servers take.
     *
     * @return whether anything is other than before
     */
    boolean lookUp(Collection<HostPort> endpoints) {
        boolean changed = false;
        for (String host : endpoints.stream()
                .map(HostPort::host)
                .filter(host -> literal(host).isEmpty())
                .distinct()
                .toList()) {
            try {
                List<InetAddress> found = new ArrayList<>(Arrays.asList(InetAddress.getAllByName(host)));
                found.sort((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
                changed |= !found.equals(known.put(host, found));
            } catch (UnknownHostException e) {
                known.putIfAbsent(host, List.of());
            }
        }
        return changed;
    }

    /** Names with no address yet. */
    List<String> unresolved() {
        return known.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** What these stand for now. */
    List<UnderlayEndpoint> endpoints(Collection<HostPort> endpoints) {
        return endpoints.stream()
                .flatMap(endpoint -> addresses(endpoint.host()).stream()
                        .map(address -> UnderlayEndpoint.of(address.getAddress(), endpoint.port())))
                .distinct()
                .toList();
    }

    private List<InetAddress> addresses(String host) {
        return literal(host).map(List::of).orElseGet(() -> known.getOrDefault(host, List.of()));
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
