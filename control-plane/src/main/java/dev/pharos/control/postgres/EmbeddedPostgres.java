package dev.pharos.control.postgres;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own: reachable on 127.0.0.1 alone, with a password, durable (fsync on, checksums), its data
 * under the data directory. It outlives a killed control plane; the next start stops such an orphan first.
 *
 * <pre>
 * DATA_DIR/postgres-18.6.0/     the programs: ours to write, the account's to read and execute
 * DATA_DIR/postgres/            0700, the account's
 *   data/                       the cluster
 *   password                    0600
 *   server.log
 * </pre>
 */
final class EmbeddedPostgres implements AutoCloseable {
    static final String USER = "pharos";
    private static final String VERSION = "18.6.0";
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private final Account account;
    private final Path programs;
    private final Path data;
    private final Path passwordFile;
    private final Path serverLog;
    private final int port;
    private final String password;
    private final Process server;

    private EmbeddedPostgres(Path dataDirectory) throws IOException {
        account = Account.toReach(dataDirectory);
        Path root = privateDirectory(dataDirectory.resolve("postgres"));
        programs = Binaries.unpack(dataDirectory.resolve("postgres-" + VERSION), System.getProperty("os.arch"));
        data = root.resolve("data");
        passwordFile = root.resolve("password");
        serverLog = root.resolve("server.log");
        if (Files.exists(data.resolve("PG_VERSION"))) {
            password = Files.readString(passwordFile);
        } else {
            password = initialise();
        }
        stopOrphan();
        port = freePort();
        server = launch();
        awaitConnections();
    }

    /** Starts the server on an existing cluster or a new one; it accepts connections when this returns. */
    static EmbeddedPostgres start(Path dataDirectory) throws IOException {
        return new EmbeddedPostgres(dataDirectory);
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    String password() {
        return password;
    }

    long pid() {
        return server.pid();
    }

    /** A fast shutdown: open transactions are rolled back, everything committed is on disk. */
    @Override
    public void close() throws IOException {
        stop();
        try {
            if (!server.waitFor(30, TimeUnit.SECONDS)) {
                log.warn("The embedded PostgreSQL (process {}) has not stopped within 30 s", server.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path privateDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        account.own(directory);
        return directory;
    }

    private String initialise() throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, secret);
        account.own(passwordFile);
        privateDirectory(data);
        List<String> initdb = List.of(
                program("initdb"),
                "-D",
                data.toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + passwordFile,
                "-E",
                "UTF8",
                "--locale=C",
                "-k");
        if (Commands.logged(account.command(initdb), serverLog) != 0) {
            throw new IOException("the embedded PostgreSQL could not be initialised; see " + serverLog);
        }
        return secret;
    }

    private void stopOrphan() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.size() < 2 || !isPostgresOn(lines.get(0), lines.get(1))) {
            return;
        }
        log.info("Stopping the PostgreSQL left by a control plane that was killed (process {})", lines.get(0));
        stop();
    }

    /** Process ids are reused; only a process whose command line names our data directory is ours to stop. */
    private boolean isPostgresOn(String pid, String directory) throws IOException {
        Path commandLine = Path.of("/proc", pid.trim(), "cmdline");
        return directory.equals(data.toString())
                && Files.exists(commandLine)
                && Files.readString(commandLine).contains(data.toString());
    }

    private void stop() throws IOException {
        List<String> command =
                List.of(program("pg_ctl"), "stop", "-D", data.toString(), "-m", "fast", "-w", "-t", "60");
        Commands.logged(account.command(command), serverLog);
    }

    private Process launch() throws IOException {
        List<String> postgres = List.of(
                program("postgres"),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_connections=50",
                "-c",
                "fsync=on",
                "-c",
                "log_min_messages=warning");
        return new ProcessBuilder(account.command(postgres))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(serverLog.toFile()))
                .start();
    }

    /** Recovery after a crash may take long, so only the end of the process ends the wait. */
    private void awaitConnections() throws IOException {
        try {
            while (!accepts()) {
                if (server.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException(
                            "the embedded PostgreSQL ended with " + server.exitValue() + "; see " + serverLog);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        }
    }

    private boolean accepts() {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), USER, password)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            log.debug("PostgreSQL does not accept connections yet: {}", e.getMessage());
            return false;
        }
    }

    private String program(String name) {
        return programs.resolve("bin").resolve(name).toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
