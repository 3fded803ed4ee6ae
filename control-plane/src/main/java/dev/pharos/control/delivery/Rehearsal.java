package dev.pharos.control.delivery;

import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Rehearses a compilation once the server is up. The first change after a start may be a block, and would take far longer
 * than all later ones, while the classes are loaded that it takes.
 */
@Component
class Rehearsal {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    private final Compilation compilation;
    private final JdbcClient jdbc;

    Rehearsal(Compilation compilation, JdbcClient jdbc) {
        this.compilation = compilation;
        this.jdbc = jdbc;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        Thread.ofVirtual().name("rehearsal").start(this::run);
    }

    private void run() {
        try {
            for (String network : jdbc.sql("select id from network order by id limit 1")
                    .query((row, _) -> row.getString(1))
                    .list()) {
                int signed = compilation.rehearse(network);
                log.debug("Rehearsed the compilation of {}: {} manifests", network, signed);
            }
        } catch (SQLException | RuntimeException e) {
            log.debug("There was no rehearsal", e);
        }
    }
}
