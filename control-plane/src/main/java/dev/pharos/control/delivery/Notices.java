package dev.pharos.control.delivery;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Hears from PostgreSQL which network has new bundles, whichever node compiled them. On a connection of its own, as a pool
 * would lose the LISTEN. What is said is only "look": every ten seconds and after every connection it looks anyway, and
 * compiles what a node that crashed has left undone, so a lost notification costs seconds and nothing else.
 */
@Component
class Notices implements SmartLifecycle {
    private static final Duration SLOW_POLL = Duration.ofSeconds(10);
    private static final int RETRY_SECONDS = 1;
    private static final Logger log = LoggerFactory.getLogger(Notices.class);

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
        Listener fresh = new Listener();
        listener = fresh;
        fresh.thread = Thread.ofVirtual().name("notices").start(fresh);
    }

    @Override
    public void stop() {
        Listener running = listener;
        if (running != null) {
            running.stopped.countDown();
            if (running.thread != null) {
                running.thread.interrupt();
            }
            listener = null;
        }
    }

    @Override
    public boolean isRunning() {
        return listener != null;
    }

    private final class Listener implements Runnable {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private volatile @Nullable Thread thread;

        @Override
        public void run() {
            while (stopped.getCount() > 0) {
                try {
                    listen();
                } catch (SQLException | RuntimeException e) {
                    if (stopped.getCount() > 0) {
                        log.warn(
                                "Notifications of new bundles are interrupted, next try in {} s: {}",
                                RETRY_SECONDS,
                                e.getMessage());
                        pause();
                    }
                }
            }
        }

        private void listen() throws SQLException {
            try (Connection connection = DriverManager.getConnection(
                            database.getJdbcUrl(), database.getUsername(), database.getPassword());
                    Statement statement = connection.createStatement()) {
                statement.execute("listen " + Compilation.CHANNEL);
                PGConnection postgres = connection.unwrap(PGConnection.class);
                long looked = lookAnyway();
                while (stopped.getCount() > 0) {
                    PGNotification[] heard = postgres.getNotifications((int) SLOW_POLL.toMillis());
                    if (System.nanoTime() - looked >= SLOW_POLL.toNanos()) {
                        looked = lookAnyway();
                    } else if (heard != null) {
                        Arrays.stream(heard)
                                .map(PGNotification::getParameter)
                                .distinct()
                                .forEach(desk::wake);
                    }
                }
            }
        }

        /** @return when, as {@link System#nanoTime} */
        private long lookAnyway() {
            List<String> behind =
                    jdbc.sql("""
                        select n.id from network n left join compilation c on c.network_id = n.id
                        where (c.epoch, c.number) is distinct from (n.epoch, n.revision)\
                        """).query((row, _) -> row.getString(1)).list();
            behind.forEach(compilation::compileAll);
            desk.wakeAll();
            return System.nanoTime();
        }

        private void pause() {
            try {
                if (stopped.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    log.debug("Stopped while waiting to connect again");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
