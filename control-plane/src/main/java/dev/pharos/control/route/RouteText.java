package dev.pharos.control.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route in the words of the API.
 *
 * @param subnet {@code 192.168.7.0/24}
 * @param routers {@code host:NAME} each
 */
public record RouteText(String subnet, List<String> routers, boolean masquerade, int metric) {
    private static final boolean MASQUERADE = true;

    /** High, so that a host that stands in the subnet itself goes there by itself. */
    private static final int METRIC = 1000;

    public RouteText {
        routers = List.copyOf(routers);
    }

    /** As somebody writes it: what is absent is as it usually is. */
    public static RouteText asWritten(
            String subnet, List<String> routers, @Nullable Boolean masquerade, @Nullable Integer metric) {
        return new RouteText(
                subnet, routers, masquerade == null ? MASQUERADE : masquerade, metric == null ? METRIC : metric);
    }
}
