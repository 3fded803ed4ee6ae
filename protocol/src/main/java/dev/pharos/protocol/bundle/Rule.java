package dev.pharos.protocol.bundle;

import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;

/**
 * One thing that the firewall allows. Absent selectors match everything.
 *
 * @param ports inbound the local port, outbound the remote one; of no meaning for ICMP
 * @param groups all of them must be in the peer's certificate
 * @param cidr the remote address
 * @param localCidr the local address
 */
public record Rule(
        Protocol protocol,
        PortRange ports,
        List<String> groups,
        Optional<VpnPrefix> cidr,
        Optional<VpnPrefix> localCidr) {
    public Rule {
        groups = List.copyOf(groups);
    }

    /** What the rule is about; ANY includes protocols that have no name here. */
    public enum Protocol {
        ANY,
        TCP,
        UDP,
        /** ICMPv4 and ICMPv6. */
        ICMP
    }
}
