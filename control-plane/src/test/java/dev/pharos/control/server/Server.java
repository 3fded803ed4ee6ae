package dev.pharos.control.server;

import dev.pharos.control.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A whole control plane in this process, reached over TLS like any other. Its database is the embedded one, or
 * Testcontainers' where a container engine runs: the tests are the same.
 */
public final class Server implements AutoCloseable {
    public static final String TOKEN = "pharos-api-for-tests-0123456789";

    private final ConfigurableApplicationContext context;
    private final URI url;

    private Server(ConfigurableApplicationContext context, URI url) {
        this.context = context;
        this.url = url;
    }

    /** One for all tests of this process, which leave it as they find it or use names of their own. */
    public static Server shared() {
        return Shared.SERVER;
    }

    /** Another one, on a data directory and the embedded database in it. */
    public static Server on(Path dataDirectory, String... settings) {
        return on(new SpringApplicationBuilder(ControlPlane.class), dataDirectory, settings);
    }

    /** Another node on the database of the first. */
    public static Server beside(Server first, Path firstDirectory, Path directory) {
        JdbcConnectionDetails database = first.bean(JdbcConnectionDetails.class);
        return on(
                directory,
                "--pharos.database-url=" + database.getJdbcUrl(),
                "--pharos.database-username=" + database.getUsername(),
                "--pharos.database-password=" + database.getPassword(),
                "--pharos.root-key-file=" + firstDirectory.resolve("root.key"));
    }

    private static Server on(SpringApplicationBuilder application, Path dataDirectory, String... settings) {
        int port = freePort();
        URI url = URI.create("https://127.0.0.1:" + port);
        List<String> arguments = new ArrayList<>(List.of(
                "--pharos.data-dir=" + dataDirectory,
                "--server.port=" + port,
                "--pharos.public-urls=" + url,
                "--pharos.bootstrap-token=" + TOKEN));
        arguments.addAll(List.of(settings));
        return new Server(application.run(arguments.toArray(String[]::new)), url);
    }

    /** One whose time is what the clock says. */
    public static Server at(Clock clock, Path dataDirectory, String... settings) {
        ApplicationContextInitializer<GenericApplicationContext> handIn = context ->
                context.registerBean("handedIn", Clock.class, () -> clock, definition -> definition.setPrimary(true));
        return on(new SpringApplicationBuilder(ControlPlane.class).initializers(handIn), dataDirectory, settings);
    }

    /** Its REST API, as the administrator. */
    public Rest api() {
        return new Rest(url, TOKEN);
    }

    public URI url() {
        return url;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Hears every event of that type that the application publishes. */
    public <T> void hear(Class<T> type, Consumer<T> listener) {
        context.addApplicationListener((ApplicationEvent event) -> {
            if (event instanceof PayloadApplicationEvent<?> carrier && type.isInstance(carrier.getPayload())) {
                listener.accept(type.cast(carrier.getPayload()));
            }
        });
    }

    @Override
    public void close() {
        context.close();
    }

    /** An empty directory that goes away with the process. */
    public static Path temporaryDirectory() {
        try {
            Path directory = Files.createTempDirectory("pharos-server-it");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {
        private static final Server SERVER = start();

        private static Server start() {
            Path directory = temporaryDirectory();
            Server server =
                    DockerClientFactory.instance().isDockerAvailable() ? on(directory, inContainer()) : on(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveNothing(server, directory)));
            return server;
        }

        /** The container is removed by Testcontainers when this process ends. */
        @SuppressWarnings("resource")
        private static String[] inContainer() {
            PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18-alpine");
            postgres.start();
            return new String[] {
                "--pharos.database-url=" + postgres.getJdbcUrl(),
                "--pharos.database-username=" + postgres.getUsername(),
                "--pharos.database-password=" + postgres.getPassword()
            };
        }

        private static void leaveNothing(Server server, Path directory) {
            server.close();
            org.springframework.util.FileSystemUtils.deleteRecursively(directory.toFile());
        }
    }
}
