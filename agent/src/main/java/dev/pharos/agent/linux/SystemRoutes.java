package dev.pharos.agent.linux;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the kernel's routes (rtnetlink(7)), as {@code ip route} shows them. */
public final class SystemRoutes {
    private static final int DESTINATION_LENGTH = 1;
    private static final int TYPE = 7;

    /** {@code struct rtnexthop}: length u16, flags u8, hops u8, interface i32; attributes follow. */
    private static final int NEXT_HOP_SIZE = 8;

    private SystemRoutes() {}

    /**
     * A route with gateways behind one device.
     *
     * @param hops at least one
     */
    public record Route(VpnPrefix destination, List<Hop> hops) {}

    /**
     * One gateway.
     *
     * @param weight 1 to 256
     */
    public record Hop(VpnAddress gateway, int weight) {}

    /**
     * The unicast routes of all tables that lead through a device to a gateway.
     *
     * @throws LinuxException when there is no such device
     */
    public static List<Route> through(String device) throws LinuxException {
        int index = NetworkInterfaces.index(device);
        List<Route> routes = new ArrayList<>();
        try (Netlink netlink = new Netlink()) {
            for (Netlink.Answer answer : netlink.dump(
                    new NetlinkMessage(Abi.RTM_GETROUTE, Abi.NLM_F_REQUEST | Abi.NLM_F_DUMP)
                            .u32(0)
                            .u32(0)
                            .u32(0),
                    "cannot read the routes through " + device)) {
                route(answer, index).ifPresent(routes::add);
            }
        }
        return routes;
    }

    private static Optional<Route> route(Netlink.Answer answer, int index) {
        ByteBuffer body = answer.body();
        if (answer.type() != Abi.RTM_NEWROUTE || Byte.toUnsignedInt(body.get(TYPE)) != Abi.RTN_UNICAST) {
            return Optional.empty();
        }
        List<Hop> hops = new ArrayList<>();
        int device = NetworkInterfaces.attribute(body, Abi.RTMSG_SIZE, Abi.RTA_OIF)
                .map(SystemRoutes::number)
                .orElse(-1);
        if (device == index) {
            gateway(body, Abi.RTMSG_SIZE).ifPresent(gateway -> hops.add(new Hop(gateway, 1)));
        }
        NetworkInterfaces.attribute(body, Abi.RTMSG_SIZE, Abi.RTA_MULTIPATH)
                .ifPresent(paths -> hops(ByteBuffer.wrap(paths).order(body.order()), index, hops));
        return hops.isEmpty() ? Optional.empty() : Optional.of(new Route(destination(body), List.copyOf(hops)));
    }

    private static VpnPrefix destination(ByteBuffer body) {
        int length = Byte.toUnsignedInt(body.get(DESTINATION_LENGTH));
        boolean v4 = body.get(0) == Abi.AF_INET;
        VpnAddress address = NetworkInterfaces.attribute(body, Abi.RTMSG_SIZE, Abi.RTA_DST)
                .map(VpnAddress::of)
                .orElseGet(() -> v4 ? VpnAddress.ofV4(0) : new VpnAddress(0, 0));
        return new VpnPrefix(address, length);
    }

    private static void hops(ByteBuffer paths, int index, List<Hop> hops) {
        int at = 0;
        while (at + NEXT_HOP_SIZE <= paths.limit()) {
            int length = Short.toUnsignedInt(paths.getShort(at));
            if (length < NEXT_HOP_SIZE || at + length > paths.limit()) {
                return;
            }
            ByteBuffer path = paths.slice(at, length).order(paths.order());
            if (path.getInt(4) == index) {
                int weight = Byte.toUnsignedInt(path.get(3)) + 1;
                gateway(path, NEXT_HOP_SIZE).ifPresent(gateway -> hops.add(new Hop(gateway, weight)));
            }
            at += length + 3 & ~3;
        }
    }

    /** RTA_VIA, a family and an address, is how an IPv4 route names an IPv6 gateway. */
    private static Optional<VpnAddress> gateway(ByteBuffer route, int from) {
        return NetworkInterfaces.attribute(route, from, Abi.RTA_GATEWAY)
                .or(() -> NetworkInterfaces.attribute(route, from, Abi.RTA_VIA)
                        .map(via -> java.util.Arrays.copyOfRange(via, 2, via.length)))
                .map(VpnAddress::of);
    }

    private static int number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.nativeOrder()).getInt();
    }
}
