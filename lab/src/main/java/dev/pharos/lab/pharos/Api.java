package dev.pharos.lab.pharos;

import dev.pharos.lab.run.LabException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control plane's REST interface, used as any script would use it: a base address and a token. */
public final class Api implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final URI base;
    private final String token;
    private final HttpClient client = HttpClient.newBuilder()
            .sslContext(AnyCertificate.context())
            .connectTimeout(LIMIT)
            .build();

    /**
     * Prepares to call, without calling.
     *
     * @param base such as {@code https://127.0.0.1:8443}
     * @param token an API token
     */
    public Api(String base, String token) {
        this.base = URI.create(base);
        this.token = token;
    }

    /** What {@code GET} answers. */
    public JsonNode get(String path) {
        return JSON.readTree(send(request(path).GET()).body());
    }

    /** What {@code GET} answers where the answer is a text of its own kind. */
    public String text(String path) {
        return send(request(path).GET()).body();
    }

    /** Creates something; {@code body} is written as JSON. */
    public JsonNode post(String path, Map<String, ?> body) {
        String answer = send(request(path).POST(json(body))).body();
        return answer.isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer);
    }

    /** Changes a resource as it is now, whoever changed it last. */
    public JsonNode patch(String path, Map<String, ?> body) {
        String version = send(request(path).GET()).headers().firstValue("ETag").orElse("*");
        return JSON.readTree(send(request(path).header("If-Match", version).method("PATCH", json(body)))
                .body());
    }

    /** Deletes a resource. */
    public void delete(String path) {
        send(request(path).DELETE());
    }

    /** Whether the control plane answers at all. */
    public boolean answers() {
        try {
            return client.send(
                                    request("/api/v1/networks")
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new LabException(request.method() + " " + request.uri().getPath() + " answered "
                        + response.statusCode() + ": " + response.body());
            }
            return response;
        } catch (IOException e) {
            throw new LabException(request.method() + " " + request.uri() + " failed: " + e, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static BodyPublisher json(Map<String, ?> body) {
        return BodyPublishers.ofString(JSON.writeValueAsString(body));
    }

    private static LabException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LabException("interrupted while calling the control plane", cause);
    }
}
