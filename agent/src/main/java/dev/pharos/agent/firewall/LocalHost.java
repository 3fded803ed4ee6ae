package dev.pharos.agent.firewall;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What our own certificates say: our addresses, the overlay networks they lie in, and the subnets we route. */
public final class LocalHost {
    private final Set<VpnPrefix> networks;
    private final Set<VpnPrefix> routedSubnets;
    private final VpnAddress[] addresses;
    private final AddressRange[] networkRanges;
    private final AddressRange[] subnetRanges;

    /**
     * From the networks of our certificates.
     *
     * @param networks our addresses with the lengths of their networks
     * @param routedSubnets the unsafe networks, where we are the gateway
     */
    public LocalHost(Collection<VpnPrefix> networks, Collection<VpnPrefix> routedSubnets) {
        this.networks = Set.copyOf(networks);
        this.routedSubnets = Set.copyOf(routedSubnets);
        this.addresses = networks.stream().map(VpnPrefix::address).distinct().toArray(VpnAddress[]::new);
        this.networkRanges = AddressRange.of(networks);
        this.subnetRanges = AddressRange.of(routedSubnets);
    }

    /** An ordinary host: one address, no subnet routed. */
    public static LocalHost of(VpnPrefix network) {
        return new LocalHost(List.of(network), List.of());
    }

    Set<VpnPrefix> networks() {
        return networks;
    }

    boolean routesSubnets() {
        return !routedSubnets.isEmpty();
    }

    /** Whether packets for this address are ours to take or send. */
    boolean handles(long high, long low) {
        for (VpnAddress address : addresses) {
            if (address.high() == high && address.low() == low) {
                return true;
            }
        }
        return AddressRange.anyContains(subnetRanges, high, low);
    }

    boolean sharesNetworkWith(long high, long low) {
        return AddressRange.anyContains(networkRanges, high, low);
    }

    @Override
    public String toString() {
        return "this host in " + networks;
    }
}
