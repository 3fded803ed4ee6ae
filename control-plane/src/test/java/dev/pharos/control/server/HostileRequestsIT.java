package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks every operation of the OpenAPI document for what nobody should: it answers, soon, and never that it has failed. */
class HostileRequestsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path DIRECTORY = Server.temporaryDirectory();
    private static final Duration SOON = Duration.ofSeconds(1);

    /** The machine may have been busy with something else: what is slow is slow each time. */
    private static final int TRIES = 3;

    private static final List<String> HOSTILE_JSON = List.of(
            "null",
            "true",
            "-1",
            "1.5",
            "1e400",
            "99999999999999999999",
            "\"\"",
            "\" \"",
            "\"" + "x".repeat(65_536) + "\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "\"\\u202e\"",
            "\"any\"",
            "\"group:\"",
            "\"host:\"",
            "\"::1/0\"",
            "\"999.1.1.1/99\"",
            "\"P9999999999999D\"",
            "[]",
            "[null]",
            "[[]]",
            "[\"\"]",
            "[\"any\",\"any\"]",
            "[{}]",
            "{}",
            "{\"name\":{}}",
            "[".repeat(2000) + "]".repeat(2000));
    private static final List<String> HOSTILE_TEXT = List.of(
            "x",
            "host_0",
            "..",
            "%00",
            "%ff",
            "%e2%80%ae",
            "a%2fb",
            "'%20or%201=1",
            "x".repeat(4000),
            "-1",
            "1e9",
            "%7b%7d");

    private static Server server;
    private static Rest api;
    private static Map<String, String> ids;

    @BeforeAll
    static void start() {
        server = Server.on(DIRECTORY);
        api = server.api();
        String network =
                api.get("networks").body().path("items").path(0).path("id").asString();
        String host = api.post("hosts", "{'name':'victim','kind':'nebula'}").at("id");
        String policy =
                api.get("policies").body().path("items").path(0).path("id").asString();
        String group = api.post("groups", "{'name':'victims'}").at("id");
        String authority = api.get("certificate-authorities")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asString();
        ids = Map.of(
                "networks", network,
                "hosts", host,
                "policies", policy,
                "groups", group,
                "certificate-authorities", authority);
    }

    @AfterAll
    static void stop() {
        server.close();
        FileSystemUtils.deleteRecursively(DIRECTORY.toFile());
    }

    @Test
    void noRequestMakesTheServerFail() {
        JsonNode document = api.get("openapi.json").body();
        List<String> failures = new ArrayList<>();
        int asked = 0;
        for (var path : document.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                for (Request request : requests(
                        document,
                        operation.getKey().toUpperCase(java.util.Locale.ROOT),
                        path.getKey(),
                        operation.getValue())) {
                    asked++;
                    failure(request).ifPresent(failures::add);
                }
            }
        }
        assertThat(failures).isEmpty();
        assertThat(asked).isGreaterThan(1000);
        assertThat(api.get("hosts").status()).isEqualTo(200);
    }

    private static Optional<String> failure(Request request) {
        Duration took = Duration.ZERO;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            Answer answer = api.raw(request.method(), request.path(), request.body());
            took = Duration.ofNanos(System.nanoTime() - start);
            if (answer.status() >= 500) {
                return Optional.of(answer.status() + ": " + request);
            }
            if (took.compareTo(SOON) <= 0) {
                return Optional.empty();
            }
        }
        return Optional.of(took.toMillis() + " ms: " + request);
    }

    private record Request(String method, String path, String body) {
        @Override
        public String toString() {
            return method + " " + shortened(path) + " " + shortened(body);
        }

        private static String shortened(String text) {
            return text.length() > 160 ? text.substring(0, 160) + "…" : text;
        }
    }

    private static List<Request> requests(JsonNode document, String method, String path, JsonNode operation) {
        List<Request> requests = new ArrayList<>();
        String collection = path.split("/", -1)[3];
        String real = path.replaceAll("\\{[^}]*}", ids.getOrDefault(collection, "none_0"));
        boolean harmless = !method.equals("DELETE");
        JsonNode schema = resolved(
                document,
                operation
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema"));
        if (path.contains("{")) {
            for (String text : HOSTILE_TEXT) {
                requests.add(new Request(method, path.replaceAll("\\{[^}]*}", text), "{}"));
            }
        }
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asString("").equals("query") && harmless) {
                for (String text : HOSTILE_TEXT) {
                    requests.add(new Request(
                            method, real + "?" + parameter.path("name").asString("") + "=" + text, "{}"));
                }
            }
        }
        if (harmless && !schema.isMissingNode()) {
            for (String json : HOSTILE_JSON) {
                requests.add(new Request(method, real, json));
                for (String field : schema.path("properties").propertyNames()) {
                    ObjectNode body = plausible(document, schema);
                    String marked = body.put(field, "@hostile@").toString();
                    requests.add(new Request(method, real, marked.replace("\"@hostile@\"", json)));
                }
            }
        }
        return requests;
    }

    /** With something in each required field that is of its type. */
    private static ObjectNode plausible(JsonNode document, JsonNode schema) {
        ObjectNode body = JSON.createObjectNode();
        for (JsonNode name : schema.path("required")) {
            JsonNode property = resolved(document, schema.path("properties").path(name.asString("")));
            switch (property.path("type").asString("string")) {
                case "array" -> body.putArray(name.asString("")).add("any");
                case "integer", "number" -> body.put(name.asString(""), 1);
                case "boolean" -> body.put(name.asString(""), true);
                case "object" -> body.putObject(name.asString(""));
                default -> body.put(name.asString(""), enumOr(property, "any-" + System.nanoTime()));
            }
        }
        return body;
    }

    private static String enumOr(JsonNode property, String otherwise) {
        return property.path("enum").path(0).asString(otherwise);
    }

    private static JsonNode resolved(JsonNode document, JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : document.at(URLEncoder.encode(reference.substring(1), StandardCharsets.UTF_8)
                        .replace("%2F", "/"));
    }
}
