package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.NetworkInterfaces;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the byte path is told.
 *
 * @param device absent for a host without one, such as a lighthouse that only relays: it still answers pings
 * @param listen port 0 for the kernel's choice
 * @param loops event loops, each on a thread of its own
 * @param routes where packets of this host go
 * @param routeMessages bytes of room for the kernel's messages about routes, 0 for its choice
 * @param offloads those that may be used; each is tested at the start, and not used when the kernel does it wrong
 */
public record DataPlaneSettings(
        Optional<Device> device,
        UnderlayEndpoint listen,
        Socket socket,
        Set<Offload> offloads,
        int loops,
        RouteTable routes,
        int routeMessages) {
    public DataPlaneSettings {
        if (loops < 1) {
            throw new IllegalArgumentException("there is no byte path without an event loop");
        }
        offloads = Set.copyOf(offloads);
    }

    /** With routes to peers only, and nothing asked of the socket. */
    public DataPlaneSettings(Optional<Device> device, UnderlayEndpoint listen, Set<Offload> offloads, int loops) {
        this(device, listen, Socket.DEFAULT, offloads, loops, peersOnly(device), 0);
    }

    private static RouteTable peersOnly(Optional<Device> device) {
        return new RouteTable(device.map(Device::addresses).orElse(List.of()), List.of(), Set.of());
    }

    /**
     * The UDP socket.
     *
     * @param batch messages taken by one system call
     */
    public record Socket(int batch, UdpPort.Options options) {
        public static final Socket DEFAULT = new Socket(32, UdpPort.Options.DEFAULT);
    }

    /**
     * The TUN device.
     *
     * @param name empty for the kernel's choice
     * @param mtu bytes; of the routes to peers, and of the device unless a route has a larger one
     * @param transmitQueue packets
     * @param addresses ours, each with its network, to which the kernel makes the route
     * @param routes further ones through the device
     */
    public record Device(
            String name, int mtu, int transmitQueue, List<VpnPrefix> addresses, List<NetworkInterfaces.Route> routes) {
        public Device {
            addresses = List.copyOf(addresses);
            routes = List.copyOf(routes);
        }

        /** What the device itself must let pass. */
        public int largestMtu() {
            return routes.stream().mapToInt(route -> route.mtu().orElse(mtu)).reduce(mtu, Math::max);
        }

        /** Whether this can become the other one while packets flow. */
        public boolean canBecome(Device other) {
            return name.equals(other.name) && transmitQueue == other.transmitQueue;
        }
    }

    /** Work that the kernel does on many packets at once. */
    public enum Offload {
        /** Trains of datagrams are sent in one piece (UDP_SEGMENT). */
        UDP_SEND,
        /** Datagrams of one sender are received in one piece (UDP_GRO). */
        UDP_RECEIVE,
        /** TCP packets of up to 64 KB are exchanged with the device (TSO). */
        TUN_TCP,
        /** The same for UDP (USO); only together with TCP. */
        TUN_UDP
    }
}
