package dev.pharos.control.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what any node has notified by PostgreSQL, on a connection of its own, as a pool would lose the LISTEN. What is said
 * is only "look": after every connection and every so often it looks anyway, so a lost notification costs time and nothing
 * else.
 */
public final class Listener implements AutoCloseable {
    private static final int RETRY_SECONDS = 1;
    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private final HikariDataSource database;
    private final Map<String, Consumer<List<String>>> channels;
    private final Duration lookEvery;
    private final Runnable look;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private Listener(
            HikariDataSource database,
            Map<String, Consumer<List<String>>> channels,
            Duration lookEvery,
            Runnable look,
            String name) {
        this.database = database;
        this.channels = channels;
        this.lookEvery = lookEvery;
        this.look = look;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /**
     * Begins to listen.
     *
     * @param channels what to do with the payloads that have come together, each of them once
     * @param look what to do after connecting, and again after each {@code lookEvery}
     */
    public static Listener start(
            String name,
            HikariDataSource database,
            Map<String, Consumer<List<String>>> channels,
            Duration lookEvery,
            Runnable look) {
        Listener listener = new Listener(database, Map.copyOf(channels), lookEvery, look, name);
        listener.thread.start();
        return listener;
    }

    private void run() {
        while (stopped.getCount() > 0) {
            try {
                listen();
            } catch (SQLException | RuntimeException e) {
                if (stopped.getCount() > 0) {
                    log.warn(
                            "Notifications from the database are interrupted, next try in {} s: {}",
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
            for (String channel : channels.keySet()) {
                statement.execute("listen " + channel);
            }
            PGConnection postgres = connection.unwrap(PGConnection.class);
            long looked = lookNow();
            while (stopped.getCount() > 0) {
                PGNotification[] heard = postgres.getNotifications((int) lookEvery.toMillis());
                if (System.nanoTime() - looked >= lookEvery.toNanos()) {
                    looked = lookNow();
                }
                if (heard != null) {
                    tell(heard);
                }
            }
        }
    }

    private void tell(PGNotification[] heard) {
        Stream.of(heard)
                .collect(Collectors.groupingBy(
                        PGNotification::getName, Collectors.mapping(PGNotification::getParameter, Collectors.toList())))
                .forEach((channel, payloads) -> channels.getOrDefault(channel, _ -> {})
                        .accept(payloads.stream().distinct().toList()));
    }

    /** @return when, as {@link System#nanoTime} */
    private long lookNow() {
        look.run();
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

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
    }
}
