package dev.pharos.protocol.bundle;

import dev.pharos.protocol.VpnAddress;
import java.net.URI;
import java.util.List;

/** Who helps whom to meet: the same for the whole network; a host ignores itself in it. */
public record TopologyPart(List<Lighthouse> lighthouses, List<VpnAddress> relays, ControlPlane controlPlane)
        implements Part {
    public TopologyPart {
        lighthouses = List.copyOf(lighthouses);
        relays = List.copyOf(relays);
    }

    /**
     * A host that others ask where somebody is.
     *
     * @param address on the overlay
     * @param endpoints where it is reached from outside
     */
    public record Lighthouse(String name, VpnAddress address, List<HostPort> endpoints) {
        public Lighthouse {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * How the control plane is reached.
     *
     * @param urls of all nodes, tried in any order
     * @param overlay the same nodes by their overlay addresses, as the last resort
     */
    public record ControlPlane(List<URI> urls, TlsTrust tls, List<URI> overlay) {
        public ControlPlane {
            urls = HttpsUrls.require(urls);
            overlay = HttpsUrls.require(overlay);
        }
    }
}
