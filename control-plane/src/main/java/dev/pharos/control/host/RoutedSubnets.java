package dev.pharos.control.host;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The subnets that a host is a router of, which its certificates name as unsafe networks. */
@Component
class RoutedSubnets {
    private final JdbcClient jdbc;

    RoutedSubnets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<VpnPrefix> of(Host host) {
        return jdbc.sql("select subnet from route where network_id = ? and ? = any (routers) order by id")
                .params(host.networkId(), host.id())
                .query((row, _) -> parse(row.getString(1)))
                .list();
    }

    private static VpnPrefix parse(String subnet) {
        try {
            return VpnPrefix.parse(subnet);
        } catch (MalformedException e) {
            throw new IllegalStateException("a route has a damaged subnet", e);
        }
    }
}
