package dev.pharos.agent.linux;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code ip link}, {@code ip address} and {@code ip route} do, by netlink. Changes need CAP_NET_ADMIN. */
public final class NetworkInterfaces {
    /** So that one read from the TUN fits one train of datagrams (facts, dataplane 10.5). */
    private static final int GSO_MAX_SIZE = 60_000;

    private NetworkInterfaces() {}

    /** An address of this machine, its prefix length, and the device that has it. */
    public record Address(String device, VpnPrefix prefix, Scope scope) {}

    /** How far an address reaches. */
    public enum Scope {
        GLOBAL,
        LINK,
        HOST
    }

    /**
     * A route through a device.
     *
     * @param mtu for packets that take it
     * @param metric smaller wins
     * @param source the address packets leave from
     */
    public record Route(VpnPrefix destination, OptionalInt mtu, OptionalInt metric, Optional<VpnAddress> source) {
        public static Route to(VpnPrefix destination) {
            return new Route(destination.masked(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
        }
    }

    /**
     * The kernel's number of a device.
     *
     * @throws LinuxException when there is no device of that name
     */
    public static int index(String device) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            int index = Libc.ifNameToIndex(arena.allocateFrom(device).address());
            return (int) LinuxException.check(index, "if_nametoindex", "no device " + device);
        }
    }

    /**
     * Sets the MTU and the length of the transmit queue in packets, and brings the device up, without an IPv6 link-local address of the kernel's making.
     */
    public static void up(String device, int mtu, int transmitQueue) throws LinuxException {
        int index = index(device);
        try (Netlink netlink = new Netlink()) {
            suppressLinkLocal(netlink, index);
            limitSegmentation(netlink, index);
            netlink.change(
                    link(index, Abi.IFF_UP).attribute(Abi.IFLA_MTU, mtu).attribute(Abi.IFLA_TXQLEN, transmitQueue),
                    "cannot bring " + device + " up with MTU " + mtu);
        }
    }

    /** Sets the MTU of a device that is up. */
    public static void setMtu(String device, int mtu) throws LinuxException {
        int index = index(device);
        try (Netlink netlink = new Netlink()) {
            netlink.change(
                    link(index, Abi.IFF_UP).attribute(Abi.IFLA_MTU, mtu), "cannot give " + device + " the MTU " + mtu);
        }
    }

    /** On a machine without IPv6 there is nothing to suppress. */
    private static void suppressLinkLocal(Netlink netlink, int index) {
        NetlinkMessage request = link(index, 0);
        int families = request.begin(Abi.IFLA_AF_SPEC);
        int family = request.begin(Abi.AF_INET6);
        request.attribute(Abi.IFLA_INET6_ADDR_GEN_MODE, new byte[] {Abi.IN6_ADDR_GEN_MODE_NONE});
        attempt(netlink, request.end(family).end(families));
    }

    /** A kernel that refuses costs speed, nothing else. */
    private static void limitSegmentation(Netlink netlink, int index) {
        attempt(netlink, link(index, 0).attribute(Abi.IFLA_GSO_MAX_SIZE, GSO_MAX_SIZE));
    }

    private static void attempt(Netlink netlink, NetlinkMessage request) {
        try {
            netlink.change(request, "optional");
        } catch (LinuxException e) {
            System.getLogger(NetworkInterfaces.class.getName())
                    .log(System.Logger.Level.DEBUG, "an optional device setting was refused", e);
        }
    }

    private static NetlinkMessage link(int index, int flags) {
        return new NetlinkMessage(Abi.RTM_NEWLINK, Abi.NLM_F_REQUEST | Abi.NLM_F_ACK)
                .u32(0)
                .u32(index)
                .u32(flags)
                .u32(flags);
    }

    /** Gives the device an address; the kernel adds the route to its network by itself. */
    public static void addAddress(String device, VpnPrefix prefix) throws LinuxException {
        int flags = Abi.NLM_F_REQUEST | Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_REPLACE;
        try (Netlink netlink = new Netlink()) {
            netlink.change(
                    address(Abi.RTM_NEWADDR, flags, index(device), prefix),
                    "cannot give " + device + " the address " + prefix);
        }
    }

    /**
     * Takes an address away; the kernel removes the routes that packets left by from it.
     *
     * @throws LinuxException when the device does not have it
     */
    public static void removeAddress(String device, VpnPrefix prefix) throws LinuxException {
        try (Netlink netlink = new Netlink()) {
            netlink.change(
                    address(Abi.RTM_DELADDR, Abi.NLM_F_REQUEST | Abi.NLM_F_ACK, index(device), prefix),
                    "cannot take the address " + prefix + " from " + device);
        }
    }

    private static NetlinkMessage address(int type, int flags, int index, VpnPrefix prefix) {
        byte[] bytes = prefix.address().toBytes();
        return new NetlinkMessage(type, flags)
                .u8(family(prefix.address()))
                .u8(prefix.length())
                .u8(prefix.address().isV4() ? 0 : Abi.IFA_F_NODAD)
                .u8(Abi.RT_SCOPE_UNIVERSE)
                .u32(index)
                .attribute(Abi.IFA_LOCAL, bytes)
                .attribute(Abi.IFA_ADDRESS, bytes);
    }

    /** Adds the route, or replaces the one with the same destination and metric. */
    public static void addRoute(String device, Route route) throws LinuxException {
        int flags = Abi.NLM_F_REQUEST | Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_REPLACE;
        try (Netlink netlink = new Netlink()) {
            netlink.change(
                    route(Abi.RTM_NEWROUTE, flags, index(device), route),
                    "cannot add the route " + route.destination() + " through " + device);
        }
    }

    /**
     * Takes a route away.
     *
     * @throws LinuxException when there is no such route
     */
    public static void removeRoute(String device, Route route) throws LinuxException {
        try (Netlink netlink = new Netlink()) {
            netlink.change(
                    route(Abi.RTM_DELROUTE, Abi.NLM_F_REQUEST | Abi.NLM_F_ACK, index(device), route),
                    "cannot remove the route " + route.destination() + " through " + device);
        }
    }

    private static NetlinkMessage route(int type, int flags, int index, Route route) {
        VpnPrefix destination = route.destination().masked();
        NetlinkMessage request = new NetlinkMessage(type, flags)
                .u8(family(destination.address()))
                .u8(destination.length())
                .u8(0)
                .u8(0)
                .u8(Abi.RT_TABLE_MAIN)
                .u8(Abi.RTPROT_STATIC)
                .u8(destination.address().isV4() ? Abi.RT_SCOPE_LINK : Abi.RT_SCOPE_UNIVERSE)
                .u8(Abi.RTN_UNICAST)
                .u32(0)
                .attribute(Abi.RTA_DST, destination.address().toBytes())
                .attribute(Abi.RTA_OIF, index);
        route.metric().ifPresent(metric -> request.attribute(Abi.RTA_PRIORITY, metric));
        route.source().ifPresent(source -> request.attribute(Abi.RTA_PREFSRC, source.toBytes()));
        route.mtu().ifPresent(mtu -> {
            int metrics = request.begin(Abi.RTA_METRICS);
            request.attribute(Abi.RTAX_MTU, mtu).end(metrics);
        });
        return request;
    }

    private static int family(VpnAddress address) {
        return address.isV4() ? Abi.AF_INET : Abi.AF_INET6;
    }

    /** Every address of every device that is up. */
    public static List<Address> addresses() throws LinuxException {
        String purpose = "cannot read this machine's addresses";
        try (Netlink netlink = new Netlink()) {
            Map<Integer, String> names = namesOfDevicesUp(netlink.dump(
                    new NetlinkMessage(Abi.RTM_GETLINK, Abi.NLM_F_REQUEST | Abi.NLM_F_DUMP)
                            .u32(0)
                            .u32(0)
                            .u32(0)
                            .u32(0),
                    purpose));
            List<Address> addresses = new ArrayList<>();
            for (Netlink.Answer answer : netlink.dump(
                    new NetlinkMessage(Abi.RTM_GETADDR, Abi.NLM_F_REQUEST | Abi.NLM_F_DUMP)
                            .u32(0)
                            .u32(0),
                    purpose)) {
                address(answer, names).ifPresent(addresses::add);
            }
            return addresses;
        }
    }

    private static Map<Integer, String> namesOfDevicesUp(List<Netlink.Answer> links) {
        Map<Integer, String> names = new HashMap<>();
        for (Netlink.Answer link : links) {
            ByteBuffer body = link.body();
            if (link.type() == Abi.RTM_NEWLINK && (body.getInt(Abi.IFINFOMSG_FLAGS) & Abi.IFF_UP) != 0) {
                attribute(body, Abi.IFINFOMSG_SIZE, Abi.IFLA_IFNAME)
                        .ifPresent(name -> names.put(
                                body.getInt(Abi.IFINFOMSG_INDEX),
                                new String(name, 0, name.length - 1, StandardCharsets.UTF_8)));
            }
        }
        return names;
    }

    private static Optional<Address> address(Netlink.Answer answer, Map<Integer, String> names) {
        ByteBuffer body = answer.body();
        String device = names.get(body.getInt(4));
        if (answer.type() != Abi.RTM_NEWADDR || device == null) {
            return Optional.empty();
        }
        int length = Byte.toUnsignedInt(body.get(1));
        Scope scope = switch (Byte.toUnsignedInt(body.get(3))) {
            case 254, 255 -> Scope.HOST;
            case Abi.RT_SCOPE_LINK -> Scope.LINK;
            default -> Scope.GLOBAL;
        };
        // On a point-to-point device IFA_ADDRESS is the other end's.
        return attribute(body, Abi.IFADDRMSG_SIZE, Abi.IFA_LOCAL)
                .or(() -> attribute(body, Abi.IFADDRMSG_SIZE, Abi.IFA_ADDRESS))
                .map(bytes -> new Address(device, new VpnPrefix(VpnAddress.of(bytes), length), scope));
    }

    static Optional<byte[]> attribute(ByteBuffer body, int from, int wanted) {
        int at = from;
        while (at + 4 <= body.limit()) {
            int length = Short.toUnsignedInt(body.getShort(at));
            if (length < 4 || at + length > body.limit()) {
                return Optional.empty();
            }
            if (Short.toUnsignedInt(body.getShort(at + 2)) == wanted) {
                byte[] value = new byte[length - 4];
                body.get(at + 4, value);
                return Optional.of(value);
            }
            at += length + 3 & ~3;
        }
        return Optional.empty();
    }
}
