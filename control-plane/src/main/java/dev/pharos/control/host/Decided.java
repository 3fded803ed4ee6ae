package dev.pharos.control.host;

import dev.pharos.protocol.VpnAddress;
import java.util.List;

/** What was decided about a host, as the record keeps it; how it does is not in it. */
record Decided(
        String name,
        String kind,
        List<String> addresses,
        List<String> groups,
        boolean lighthouse,
        boolean relay,
        List<String> endpoints,
        boolean blocked,
        boolean ephemeral,
        boolean enrolled,
        boolean pending) {
    static Decided of(Host host) {
        return new Decided(
                host.name(),
                host.isAgent() ? Host.AGENT : Host.NEBULA,
                host.addresses().stream().map(VpnAddress::toString).toList(),
                host.groups(),
                host.lighthouse(),
                host.relay(),
                host.endpoints(),
                host.blocked(),
                host.ephemeral(),
                host.enrolled(),
                host.pending());
    }
}
