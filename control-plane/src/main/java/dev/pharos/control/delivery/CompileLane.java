package dev.pharos.control.delivery;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/** Connections of their own for compiling: a block does not wait until the readers of long lists have given theirs back. */
@Component
class CompileLane implements AutoCloseable {
    static final int LOCK_SPACE = 0x7068_0002;

    private final HikariDataSource pool;

    CompileLane(DataSource dataSource) throws SQLException {
        HikariDataSource main = dataSource.unwrap(HikariDataSource.class);
        pool = new HikariDataSource();
        pool.setPoolName("compile");
        pool.setJdbcUrl(main.getJdbcUrl());
        pool.setUsername(main.getUsername());
        pool.setPassword(main.getPassword());
        pool.setMaximumPoolSize(2);
        pool.setMinimumIdle(1);
    }

    /**
     * Runs the work in a REPEATABLE READ transaction, with no other node compiling the same network, also when the work
     * keeps something before its end ({@link #keepSoFar}). The lock is taken before the transaction begins: the snapshot must
     * not be older than the wait.
     */
    <T> T alone(String networkId, Function<JdbcClient, T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            lock(connection, networkId, "select pg_advisory_lock(" + LOCK_SPACE + ", hashtext(?))");
            try {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setAutoCommit(false);
                T result = work.apply(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
                connection.commit();
                return result;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
                lock(connection, networkId, "select pg_advisory_unlock(" + LOCK_SPACE + ", hashtext(?))");
            }
        }
    }

    /** From within {@link #alone}: what was written so far stays, and the next statement begins another transaction. */
    static void keepSoFar(JdbcClient jdbc) {
        jdbc.sql("commit").update();
    }

    private static void lock(Connection connection, String networkId, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, networkId);
            statement.execute();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
