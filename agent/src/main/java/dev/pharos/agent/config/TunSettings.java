package dev.pharos.agent.config;

import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * The network device.
 *
 * @param disabled no device at all; the host still answers pings, relays and serves as a lighthouse
 * @param device its name; empty for the kernel's choice
 * @param mtu bytes
 * @param txQueue packets
 * @param routes MTU of single overlay ranges
 */
public record TunSettings(boolean disabled, String device, int mtu, int txQueue, List<Route> routes) {

    /** An MTU in bytes for one range of the overlay. */
    public record Route(VpnPrefix range, int mtu) {}

    static TunSettings read(Section tun) throws ConfigException {
        String device = tun.text("dev", "");
        if (device.length() > 15 || !device.matches("[^\\s/]*")) {
            throw tun.error("dev", "is no device name: at most 15 characters, no space or slash");
        }
        List<Route> routes = new ArrayList<>();
        for (Section route : tun.sections("routes")) {
            VpnPrefix range =
                    route.value("route", VpnPrefix::parse).orElseThrow(() -> route.error("route", "is missing"));
            routes.add(new Route(range.masked(), route.number("mtu", 1300, 500, 8969)));
        }
        return new TunSettings(
                tun.flag("disabled", false),
                device,
                tun.number("mtu", 1300, 500, 8969),
                tun.number("tx_queue", 500, 1, 1_000_000),
                List.copyOf(routes));
    }
}
