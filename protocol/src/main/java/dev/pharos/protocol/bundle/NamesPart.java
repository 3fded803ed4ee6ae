package dev.pharos.protocol.bundle;

import dev.pharos.protocol.VpnAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The network's hosts by name, for status lines and DNS.
 *
 * @param zone that the names are in, like {@code home.internal}; absent when nobody answers them
 * @param records names that are no hosts'; where both have a name, the host has it
 */
public record NamesPart(List<NamedHost> hosts, Optional<String> zone, List<DnsRecord> records) implements Part {
    private static final int MAX_LABEL = 63;

    public NamesPart {
        hosts = List.copyOf(hosts);
        records = List.copyOf(records);
    }

    /** A host's name and its overlay addresses. */
    public record NamedHost(String name, List<VpnAddress> addresses) {
        public NamedHost {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * The zone of a network: its name as one label, below the domain that is reserved for private use.
     *
     * @return empty when the name has no letter or digit of DNS
     */
    public static Optional<String> zoneOf(String network) {
        String label =
                network.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String fitting =
                label.length() > MAX_LABEL ? label.substring(0, MAX_LABEL).replaceAll("-$", "") : label;
        return Optional.of(fitting).filter(some -> !some.isEmpty()).map(some -> some + ".internal");
    }
}
