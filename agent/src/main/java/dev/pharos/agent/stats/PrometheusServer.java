package dev.pharos.agent.stats;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.StatsSettings.Prometheus;
import dev.pharos.agent.log.EventLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Serves one path; values are those of the moment they are asked for, at most once an interval anew. */
final class PrometheusServer implements Exporter {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService executor;

    private PrometheusServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    static PrometheusServer start(Prometheus settings, Supplier<List<Metric>> metrics, String version, EventLog log)
            throws AgentException {
        InetSocketAddress address = settings.listen().host().isEmpty()
                ? new InetSocketAddress(settings.listen().port())
                : new InetSocketAddress(
                        settings.listen().host(), settings.listen().port());
        try {
            HttpServer server = HttpServer.create(address, 0);
            ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(executor);
            PrometheusText text = new PrometheusText(settings);
            server.createContext(
                    "/", exchange -> answer(exchange, settings.path(), () -> text.write(metrics.get(), version)));
            server.start();
            log.info("metrics are served", "address", server.getAddress(), "path", settings.path());
            return new PrometheusServer(server, executor);
        } catch (IOException e) {
            throw new AgentException("cannot serve metrics on " + address + ": " + e.getMessage(), e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String path, Supplier<String> text) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
