package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.NetworkInterfaces;
import dev.pharos.agent.linux.NetworkInterfaces.Route;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Gives a TUN device its MTU, addresses and routes, and other ones later. */
final class DeviceShape {
    /** Of the kernel's own route to the network of an IPv6 address. */
    private static final int CONNECTED_V6_METRIC = 256;

    private DeviceShape() {}

    static void prepare(String name, Device wanted) throws LinuxException {
        NetworkInterfaces.up(name, wanted.largestMtu(), wanted.transmitQueue());
        for (VpnPrefix address : wanted.addresses()) {
            NetworkInterfaces.addAddress(name, address);
        }
        if (wanted.largestMtu() != wanted.mtu()) {
            limitNetworks(name, wanted);
        }
        for (Route route : routes(wanted)) {
            NetworkInterfaces.addRoute(name, route);
        }
    }

    /**
     * Turns a device into what it {@link Device#canBecome can become}. Everything that works is done. An address goes before
     * its successor comes, as the kernel would drop the second of a network with the first; routes that went with it come
     * back last.
     *
     * @return what did not, one line each
     */
    static List<String> change(String name, Device before, Device next) {
        List<String> failures = new ArrayList<>();
        if (before.largestMtu() != next.largestMtu()) {
            attempt(failures, () -> NetworkInterfaces.setMtu(name, next.largestMtu()));
        }
        List<Route> wanted = routes(next);
        for (Route route : routes(before)) {
            if (wanted.stream().noneMatch(other -> replaces(other, route))) {
                attempt(failures, () -> NetworkInterfaces.removeRoute(name, route));
            }
        }
        for (VpnPrefix address : before.addresses()) {
            if (!next.addresses().contains(address)) {
                attempt(failures, () -> NetworkInterfaces.removeAddress(name, address));
            }
        }
        for (VpnPrefix address : next.addresses()) {
            if (!before.addresses().contains(address)) {
                attempt(failures, () -> NetworkInterfaces.addAddress(name, address));
            }
        }
        boolean limited = next.mtu() != next.largestMtu() && !before.addresses().equals(next.addresses());
        if (limited || before.mtu() != next.mtu() || before.largestMtu() != next.largestMtu()) {
            attempt(failures, () -> limitNetworks(name, next));
        }
        for (Route route : wanted) {
            attempt(failures, () -> NetworkInterfaces.addRoute(name, route));
        }
        return failures;
    }

    private static boolean replaces(Route one, Route other) {
        return one.destination().equals(other.destination()) && one.metric().equals(other.metric());
    }

    /** The kernel's routes to our networks, with the MTU of the overlay instead of the device's larger one. */
    private static void limitNetworks(String name, Device device) throws LinuxException {
        for (VpnPrefix address : device.addresses()) {
            boolean v4 = address.address().isV4();
            NetworkInterfaces.addRoute(
                    name,
                    new Route(
                            address.masked(),
                            OptionalInt.of(device.mtu()),
                            v4 ? OptionalInt.empty() : OptionalInt.of(CONNECTED_V6_METRIC),
                            v4 ? Optional.of(address.address()) : Optional.empty()));
        }
    }

    /** A route without an MTU of its own has that of the overlay. */
    private static List<Route> routes(Device device) {
        if (device.largestMtu() == device.mtu()) {
            return device.routes();
        }
        return device.routes().stream()
                .map(route -> new Route(
                        route.destination(),
                        OptionalInt.of(route.mtu().orElse(device.mtu())),
                        route.metric(),
                        route.source()))
                .toList();
    }

    private interface Change {
        void run() throws LinuxException;
    }

    private static void attempt(List<String> failures, Change change) {
        try {
            change.run();
        } catch (LinuxException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }
}
