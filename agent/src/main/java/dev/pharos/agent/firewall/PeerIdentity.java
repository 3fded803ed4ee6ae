package dev.pharos.agent.firewall;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import java.util.Collection;
import java.util.Set;

/**
 * What the rules may know of a peer: the verified certificate of its tunnel. Make one per tunnel and keep it; connections
 * are judged anew when they meet an identity with another certificate.
 */
public final class PeerIdentity {
    private final Fingerprint certificate;
    private final String name;
    private final Set<String> groups;
    private final String[] groupNames;
    private final VpnAddress[] addresses;
    private final AddressRange[] subnets;
    private final String authorityName;
    private final Fingerprint authority;

    /**
     * From a verified certificate.
     *
     * @param addresses those of its networks
     * @param subnets its unsafe networks, for which it is the gateway
     * @param authorityName the name in the certificate of the authority that signed it
     * @param authority the fingerprint of that authority
     */
    public PeerIdentity(
            Fingerprint certificate,
            String name,
            Collection<String> groups,
            Collection<VpnAddress> addresses,
            Collection<VpnPrefix> subnets,
            String authorityName,
            Fingerprint authority) {
        this.certificate = certificate;
        this.name = name;
        this.groups = Set.copyOf(groups);
        this.groupNames = this.groups.toArray(String[]::new);
        this.addresses = addresses.toArray(VpnAddress[]::new);
        this.subnets = AddressRange.of(subnets);
        this.authorityName = authorityName;
        this.authority = authority;
    }

    /** What a verified certificate and that of its authority say. */
    public static PeerIdentity of(Certificate certificate, Certificate authority) {
        return new PeerIdentity(
                certificate.fingerprint(),
                certificate.name(),
                certificate.groups(),
                certificate.networks().stream().map(VpnPrefix::address).toList(),
                certificate.unsafeNetworks(),
                authority.name(),
                authority.fingerprint());
    }

    boolean hasCertificateOf(PeerIdentity other) {
        return certificate.equals(other.certificate);
    }

    String name() {
        return name;
    }

    /** Each once; not to be changed. */
    String[] groups() {
        return groupNames;
    }

    boolean hasGroup(String group) {
        return groups.contains(group);
    }

    String authorityName() {
        return authorityName;
    }

    Fingerprint authority() {
        return authority;
    }

    /** Whether the peer may use this address: its own, if in a network of ours, or one of a subnet behind it. */
    boolean owns(long high, long low, LocalHost local) {
        for (VpnAddress address : addresses) {
            if (address.high() == high && address.low() == low) {
                return local.sharesNetworkWith(high, low);
            }
        }
        return AddressRange.anyContains(subnets, high, low);
    }

    @Override
    public String toString() {
        return name;
    }
}
