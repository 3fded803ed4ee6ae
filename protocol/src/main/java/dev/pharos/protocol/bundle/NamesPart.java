package dev.pharos.protocol.bundle;

import dev.pharos.protocol.VpnAddress;
import java.util.List;

/** The network's hosts by name, for status lines and DNS. */
public record NamesPart(List<NamedHost> hosts) implements Part {
    public NamesPart {
        hosts = List.copyOf(hosts);
    }

    /** A host's name and its overlay addresses. */
    public record NamedHost(String name, List<VpnAddress> addresses) {
        public NamedHost {
            addresses = List.copyOf(addresses);
        }
    }
}
