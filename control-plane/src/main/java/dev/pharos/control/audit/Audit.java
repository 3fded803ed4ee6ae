package dev.pharos.control.audit;

import dev.pharos.control.api.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Appends to the record; called within the transaction of the change, so that neither is without the other. */
@Component
public class Audit {
    private final JdbcClient jdbc;

    Audit(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Notes what the current actor has done.
     *
     * @param action what was done, as {@code host.block}
     * @param target the id of what it was done to
     */
    public void record(@Nullable String networkId, String action, String target) {
        jdbc.sql("insert into audit_event (network_id, actor, action, target) values (?, ?, ?, ?)")
                .params(java.util.Arrays.asList(networkId, Actor.current(), action, target))
                .update();
    }
}
