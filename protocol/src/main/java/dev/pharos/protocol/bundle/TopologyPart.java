package dev.pharos.protocol.bundle;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.net.URI;
import java.util.List;

/** Who helps whom to meet: the same for the whole network; a host ignores itself in it, and routes that it is a router of. */
public record TopologyPart(
        List<Lighthouse> lighthouses, List<VpnAddress> relays, ControlPlane controlPlane, List<Route> routes)
        implements Part {
    public TopologyPart {
        lighthouses = List.copyOf(lighthouses);
        relays = List.copyOf(relays);
        routes = List.copyOf(routes);
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
     * A subnet beyond the overlay.
     *
     * @param routers the hosts that forward to it, on the overlay; the first one that can be reached is used
     * @param metric of the route in the host's own table: smaller wins
     */
    public record Route(VpnPrefix subnet, List<VpnAddress> routers, int metric) {
        public Route {
            routers = List.copyOf(routers);
            if (routers.isEmpty() || metric < 0) {
                throw new IllegalArgumentException("a route has a router, and no negative metric");
            }
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
