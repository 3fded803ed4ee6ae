package dev.pharos.control.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A script's view of the control plane: HTTP and JSON, nothing shared with the server's code. */
public final class Rest {
    private static final JsonMapper JSON = new JsonMapper();
    static final HttpClient CLIENT =
            HttpClient.newBuilder().sslContext(trustingAnyKey()).build();

    private final URI base;
    private final String token;

    Rest(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** A status, the headers, and a body that is JSON or nothing. */
    public record Answer(int status, HttpResponse<String> response) {
        public JsonNode body() {
            return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
        }

        public String text() {
            return response.body();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String at(String field) {
            return body().path(field).asString("");
        }
    }

    public Rest withToken(String other) {
        return new Rest(base, other);
    }

    public Answer get(String path) {
        return send("GET", path, "");
    }

    public Answer post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    /** Reads an answer that does not end, line by line, until it is closed. */
    public AutoCloseable stream(String path, Consumer<String> line) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/api/v1/").resolve(path))
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<Stream<String>> response = CLIENT.send(request, BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new IOException(path + " is answered " + response.statusCode());
        }
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                response.body().forEach(line);
            } catch (UncheckedIOException e) {
                line.accept("closed");
            }
        });
        return () -> {
            response.body().close();
            reader.join();
        };
    }

    /** Of the version that is there now, unless a header says which. */
    public Answer patch(String path, String json, String... headers) {
        return headers.length > 0
                ? send("PATCH", path, json, headers)
                : send("PATCH", path, json, "If-Match", get(path).header("ETag"));
    }

    public Answer patchBlindly(String path, String json) {
        return send("PATCH", path, json);
    }

    public Answer ask(String method, String path) {
        return send(method, path, "");
    }

    /** As it is written, for any version of what it is about. */
    Answer raw(String method, String path, String json) {
        return sendAsIs(method, path, json, "If-Match", "*");
    }

    public Answer delete(String path) {
        return send("DELETE", path, "");
    }

    /** With single quotes for double ones, which are easier on the eye in Java. */
    Answer send(String method, String path, String json, String... headers) {
        return sendAsIs(method, path, json.replace('\'', '"'), headers);
    }

    private Answer sendAsIs(String method, String path, String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        base.resolve("/api/v1/").resolve(path))
                .timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.ofString(json));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trustingAnyKey() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new AnyKey()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class AnyKey extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
