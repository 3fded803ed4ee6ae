package dev.pharos.agent.firewall;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;

/**
 * One thing that is allowed: protocol and ports and peer and local range and authority. Of {@code host}, {@code groups}
 * and {@code cidr} one that fits is enough; with none of them, every peer fits. The same holds for the two ways to
 * name an authority.
 *
 * @param ports ignored for ICMP, which has none
 * @param host name in the peer's certificate; {@code any} makes every peer fit
 * @param groups the peer's certificate has all of them; {@code any} among them makes every peer fit
 * @param cidr range of the address at the peer's end
 * @param authorityName name of the authority that signed the peer's certificate
 * @param authority fingerprint of that authority
 */
public record Rule(
        Protocol protocol,
        Ports ports,
        Optional<String> host,
        List<String> groups,
        Optional<VpnPrefix> cidr,
        LocalRange local,
        Optional<String> authorityName,
        Optional<Fingerprint> authority) {
    public Rule {
        groups = List.copyOf(groups);
    }

    /** What a rule is about; ICMP covers both families. */
    public enum Protocol {
        ANY,
        TCP,
        UDP,
        ICMP
    }

    /** Lets every peer use these ports. */
    public static Rule everyone(Protocol protocol, Ports ports) {
        return new Rule(
                protocol,
                ports,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                LocalRange.UNSET,
                Optional.empty(),
                Optional.empty());
    }

    boolean fitsEveryPeer() {
        boolean unsaid = host.isEmpty() && groups.isEmpty() && cidr.isEmpty();
        return unsaid || host.filter("any"::equals).isPresent() || groups.contains("any");
    }
}
