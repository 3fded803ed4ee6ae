package dev.pharos.agent.config;

import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.dataplane.GatewayRoute.Gateway;
import dev.pharos.agent.dataplane.RouteTable.Dropped;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The network device, and the routes through it.
 *
 * @param disabled no device at all; the host still answers pings, relays and serves as a lighthouse
 * @param device its name; empty for the kernel's choice
 * @param mtu bytes
 * @param txQueue packets
 * @param routes MTU of single overlay ranges
 * @param unsafeRoutes ranges beyond the overlay
 * @param dropped what never leaves
 * @param systemRoutes present when gateways are learned from the kernel's routes: the bytes of room for its messages, 0
 *     for its choice
 * @param offloads whether large packets are exchanged with the kernel
 */
public record TunSettings(
        boolean disabled,
        String device,
        int mtu,
        int txQueue,
        List<Route> routes,
        List<UnsafeRoute> unsafeRoutes,
        Set<Dropped> dropped,
        OptionalInt systemRoutes,
        boolean offloads) {

    private static final int LEAST_MTU = 500;

    /** The largest inner packet that fits the buffers of every Nebula version. */
    private static final int MOST_MTU = 8969;

    /** An MTU in bytes for one range of the overlay. */
    public record Route(VpnPrefix range, int mtu) {}

    /**
     * A range beyond the overlay.
     *
     * @param mtu bytes; absent for that of the device
     * @param metric 0 for the kernel's choice
     * @param install whether the kernel is given the route
     */
    public record UnsafeRoute(GatewayRoute to, OptionalInt mtu, int metric, boolean install) {}

    /** @param networks this host's overlay networks */
    static TunSettings read(Section tun, Collection<VpnPrefix> networks) throws ConfigException {
        String device = tun.text("dev", "");
        if (device.length() > 15 || !device.matches("[^\\s/]*")) {
            throw tun.error("dev", "is no device name: at most 15 characters, no space or slash");
        }
        boolean system = tun.flag("use_system_route_table", false);
        int buffer = tun.number("use_system_route_table_buffer_size", 0, 0, Integer.MAX_VALUE);
        return new TunSettings(
                tun.flag("disabled", false),
                device,
                tun.number("mtu", 1300, LEAST_MTU, MOST_MTU),
                tun.number("tx_queue", 500, 1, 1_000_000),
                routes(tun, networks),
                unsafeRoutes(tun, networks),
                dropped(tun),
                system ? OptionalInt.of(buffer) : OptionalInt.empty(),
                tun.flag("use_offloads", true));
    }

    private static Set<Dropped> dropped(Section tun) throws ConfigException {
        Set<Dropped> dropped = EnumSet.noneOf(Dropped.class);
        if (tun.flag("drop_local_broadcast", false)) {
            dropped.add(Dropped.LOCAL_BROADCAST);
        }
        if (tun.flag("drop_multicast", false)) {
            dropped.add(Dropped.MULTICAST);
        }
        return dropped;
    }

    private static List<Route> routes(Section tun, Collection<VpnPrefix> networks) throws ConfigException {
        List<Route> routes = new ArrayList<>();
        for (Section route : tun.sections("routes")) {
            VpnPrefix range = range(route);
            if (networks.stream()
                    .noneMatch(network -> network.contains(range.address()) && range.length() >= network.length())) {
                throw route.error("route", range + " is not within this host's networks " + networks);
            }
            if (!route.has("mtu")) {
                throw route.error("mtu", "is missing");
            }
            routes.add(new Route(range, route.number("mtu", 0, LEAST_MTU, MOST_MTU)));
        }
        return List.copyOf(routes);
    }

    private static List<UnsafeRoute> unsafeRoutes(Section tun, Collection<VpnPrefix> networks) throws ConfigException {
        List<UnsafeRoute> routes = new ArrayList<>();
        for (Section route : tun.sections("unsafe_routes")) {
            VpnPrefix range = range(route);
            if (networks.stream().anyMatch(network -> network.contains(range.address()))) {
                throw route.error("route", range + " is within this host's networks " + networks);
            }
            boolean ownMtu = !route.text("mtu", "0").equals("0");
            routes.add(new UnsafeRoute(
                    new GatewayRoute(range, gateways(route)),
                    ownMtu ? OptionalInt.of(route.number("mtu", 0, LEAST_MTU, MOST_MTU)) : OptionalInt.empty(),
                    route.number("metric", 0, 0, Integer.MAX_VALUE),
                    route.flag("install", true)));
        }
        return List.copyOf(routes);
    }

    private static VpnPrefix range(Section route) throws ConfigException {
        return route.value("route", VpnPrefix::parse)
                .orElseThrow(() -> route.error("route", "is missing"))
                .masked();
    }

    private static List<Gateway> gateways(Section route) throws ConfigException {
        if (!route.hasSections("via")) {
            VpnAddress only = route.value("via", VpnAddress::parse)
                    .orElseThrow(() -> route.error("via", "is missing; give a gateway, or a list of gateways"));
            return List.of(new Gateway(only, 1));
        }
        List<Gateway> gateways = new ArrayList<>();
        for (Section via : route.sections("via")) {
            gateways.add(new Gateway(
                    via.value("gateway", VpnAddress::parse).orElseThrow(() -> via.error("gateway", "is missing")),
                    via.number("weight", 1, 1, Integer.MAX_VALUE)));
        }
        return List.copyOf(gateways);
    }
}
