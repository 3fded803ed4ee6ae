package dev.pharos.control.route;

import java.util.List;

/**
 * A route in the words of the API.
 *
 * @param subnet {@code 192.168.7.0/24}
 * @param routers {@code host:NAME} each
 */
public record RouteText(String subnet, List<String> routers, boolean masquerade, int metric) {
    public static final boolean MASQUERADE = true;

    /** High, so that a host that stands in the subnet itself goes there by itself. */
    public static final int METRIC = 1000;

    public RouteText {
        routers = List.copyOf(routers);
    }
}
