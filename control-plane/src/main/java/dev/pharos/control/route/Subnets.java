package dev.pharos.control.route;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;

/** Which subnets can be routed. */
final class Subnets {
    /** A wider route would also catch the packets that carry the tunnels themselves. */
    private static final int WIDEST_V4 = 8;

    private static final int WIDEST_V6 = 16;

    /** Nobody forwards these: this machine, this link, everybody. */
    private static final List<VpnPrefix> NEVER = List.of(
            prefix("0.0.0.0/8"),
            prefix("127.0.0.0/8"),
            prefix("169.254.0.0/16"),
            prefix("224.0.0.0/3"),
            prefix("::/16"),
            prefix("fe80::/10"),
            prefix("ff00::/8"));

    private Subnets() {}

    /** The subnet with all host bits zero; refuses what is none. */
    static VpnPrefix parse(String field, String text) {
        VpnPrefix subnet;
        try {
            subnet = VpnPrefix.parse(text).masked();
        } catch (MalformedException e) {
            throw Problem.field(field, "must be a range like 192.168.7.0/24");
        }
        if (subnet.length() == 0) {
            throw Problem.field(
                    "subnet", "must not be everything: a host cannot be the way out to the Internet as yet");
        }
        int widest = subnet.address().isV4() ? WIDEST_V4 : WIDEST_V6;
        if (subnet.length() < widest) {
            throw Problem.field(field, "must not be wider than /" + widest);
        }
        if (NEVER.stream().anyMatch(range -> overlap(range, subnet))) {
            throw Problem.field(field, "must not hold loopback, link-local or multicast addresses");
        }
        return subnet;
    }

    static boolean overlap(VpnPrefix one, VpnPrefix other) {
        return one.contains(other) || other.contains(one);
    }

    private static VpnPrefix prefix(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
