package dev.pharos.control.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.pharos.control.postgres.Channel;
import dev.pharos.control.postgres.Listener;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Hears which network has new bundles, whichever node compiled them. Every ten seconds it looks anyway, and compiles what a
 * node that crashed has left undone.
 */
@Component
class Notices implements SmartLifecycle {
    private static final Duration SLOW_POLL = Duration.ofSeconds(10);

    private final HikariDataSource database;
    private final JdbcClient jdbc;
    private final Compilation compilation;
    private final Desk desk;
    private volatile @Nullable Listener listener;

    Notices(DataSource dataSource, JdbcClient jdbc, Compilation compilation, Desk desk) throws SQLException {
        this.database = dataSource.unwrap(HikariDataSource.class);
        this.jdbc = jdbc;
        this.compilation = compilation;
        this.desk = desk;
    }

    @Override
    public void start() {
        listener = Listener.start(
                "notices",
                database,
                Map.of(Channel.BUNDLES, networks -> networks.forEach(desk::wake)),
                SLOW_POLL,
                this::lookAnyway);
    }

    @Override
    public void stop() {
        Listener running = listener;
        if (running != null) {
            running.close();
            listener = null;
        }
    }

    @Override
    public boolean isRunning() {
        return listener != null;
    }

    private void lookAnyway() {
        List<String> behind = jdbc.sql("""
            select n.id from network n left join compilation c on c.network_id = n.id
            where (c.epoch, c.number) is distinct from (n.epoch, n.revision)\
            """).query((row, _) -> row.getString(1)).list();
        behind.forEach(compilation::compileAll);
        desk.wakeAll();
    }
}
