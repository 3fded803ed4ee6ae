package dev.pharos.control.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path directory;

    @BeforeEach
    void directoryOfOurOwn() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void keepsWhatWasCommittedOverAStop() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(directory)) {
            execute(first, "create table kept as select 42 as answer");
        }
        try (EmbeddedPostgres second = EmbeddedPostgres.start(directory)) {
            assertThat(answer(second, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void keepsWhatWasCommittedOverAKillAndStopsTheOrphan() throws Exception {
        EmbeddedPostgres abandoned = EmbeddedPostgres.start(directory);
        execute(abandoned, "create table kept as select 42 as answer");
        ProcessHandle orphan = ProcessHandle.of(abandoned.pid()).orElseThrow();

        try (EmbeddedPostgres next = EmbeddedPostgres.start(directory)) {
            assertThat(answer(next, "select answer from kept")).isEqualTo("42");
            assertThat(orphan.onExit()).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void recoversAfterPostgresItselfWasKilled() throws Exception {
        EmbeddedPostgres killed = EmbeddedPostgres.start(directory);
        execute(killed, "create table kept as select 42 as answer");
        ProcessHandle process = ProcessHandle.of(killed.pid()).orElseThrow();
        process.destroyForcibly();
        assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(5));

        try (EmbeddedPostgres next = EmbeddedPostgres.start(directory)) {
            assertThat(answer(next, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void isDurableAndAsksForAPassword() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {
            assertThat(answer(postgres, "show fsync")).isEqualTo("on");
            assertThat(answer(postgres, "show synchronous_commit")).isEqualTo("on");
            assertThat(answer(postgres, "show data_checksums")).isEqualTo("on");
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), EmbeddedPostgres.USER, "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void leavesNothingThatOthersCanReadOrWrite() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {
            assertThat(postgres.password()).hasSize(64);
            assertThat(permissions("postgres")).isEqualTo("rwx------");
            assertThat(permissions("postgres/password")).isEqualTo("rw-------");
            assertThat(permissions("postgres-18.6.0")).isEqualTo("rwxr-xr-x");
            assertThat(permissions("postgres-18.6.0/bin/postgres")).isEqualTo("rwxr-xr-x");
            assertThat(permissions("")).endsWith("---");
        }
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String answer(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), EmbeddedPostgres.USER, postgres.password());
    }
}
