package dev.pharos.control.telemetry;

import dev.pharos.control.postgres.Channel;
import java.util.Collection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells every node that hosts do something else than before: reached again, on another revision, by another path. */
@Component
class HostNews {
    private final JdbcClient jdbc;

    HostNews(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void tell(Collection<String> hostIds) {
        if (!hostIds.isEmpty()) {
            jdbc.sql("select pg_notify(?, network_id || ' ' || id) from host where id = any (?)")
                    .params(Channel.HOSTS, hostIds.toArray(String[]::new))
                    .query()
                    .listOfRows();
        }
    }
}
