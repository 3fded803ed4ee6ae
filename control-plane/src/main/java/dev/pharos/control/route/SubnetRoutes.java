package dev.pharos.control.route;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the routes of a network. */
@Component
public class SubnetRoutes {
    private final JdbcClient jdbc;

    SubnetRoutes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the order of their ids; routers that have been deleted may be among them. */
    public List<SubnetRoute> of(String networkId) {
        return of(jdbc, networkId);
    }

    /** Within the transaction of {@code snapshot}. */
    public static List<SubnetRoute> of(JdbcClient snapshot, String networkId) {
        return snapshot.sql("select subnet, routers, masquerade, metric from route where network_id = ? order by id")
                .param(networkId)
                .query((row, _) -> new SubnetRoute(
                        subnet(row.getString(1)),
                        List.of((String[]) row.getArray(2).getArray()),
                        row.getBoolean(3),
                        row.getInt(4)))
                .list();
    }

    private static VpnPrefix subnet(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new IllegalStateException("the database holds what was never accepted", e);
        }
    }
}
