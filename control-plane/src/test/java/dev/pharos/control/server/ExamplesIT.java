package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends every example of the OpenAPI document, on what the ones before it have made. */
class ExamplesIT {
    private static final Path FILE = Path.of("src/main/resources/api-examples.json");

    private final Path directory = Server.temporaryDirectory();
    private final Server server = Server.on(directory);
    private final Rest api = server.api();

    /** Of what examples are about, by the plural noun in the path. */
    private final Map<String, String> ids = new HashMap<>();

    private record Operation(String method, String path, JsonNode example) {}

    @AfterEach
    void stop() {
        server.close();
        FileSystemUtils.deleteRecursively(directory.toFile());
    }

    @Test
    void everyExampleDoesWhatItsOperationDoes() throws IOException {
        Map<String, Operation> operations = operations();
        api.post("hosts", "{'name':'laptop','kind':'agent','groups':['mobiles']}");
        ids.put("certificate-authorities", first("certificate-authorities"));
        ids.put("default", first("networks"));
        JsonNode file = new JsonMapper().readTree(Files.readString(FILE));
        assertThat(operations.keySet()).containsExactlyInAnyOrderElementsOf(file.propertyNames());

        String link = "";
        Browser browser = Browser.signedIn(server, api.post("sign-in-links", "").at("url"));
        for (String name : file.propertyNames()) {
            Operation operation = Objects.requireNonNull(operations.get(name));
            assertThat(operation.example()).as(name).isEqualTo(file.path(name));
            if (name.equals("setPasswordSession")) {
                browser = Browser.signedIn(server, link);
            }
            String collection = operation.path().split("/", -1)[0];
            String id = ids.getOrDefault(operation.path().contains("{networkId}") ? "default" : collection, "");
            String path = operation.path().replaceAll("\\{[^}]*}", id);
            if (collection.equals("session")) {
                Browser.Answer answer = browser.send(
                        operation.method(), path, operation.example().toString());
                assertThat(answer.status()).as("%s: %s", name, answer.text()).isBetween(200, 204);
            } else {
                Rest.Answer answer =
                        api.raw(operation.method(), path, operation.example().toString());
                assertThat(answer.status()).as("%s: %s", name, answer.text()).isBetween(200, 204);
                if (answer.status() == 201) {
                    ids.put(collection, answer.at("id"));
                    link = name.equals("createUser")
                            ? answer.body().path("invitation").path("url").asString("")
                            : link;
                }
            }
        }
    }

    private String first(String collection) {
        return api.get(collection).body().path("items").path(0).path("id").asString("");
    }

    private Map<String, Operation> operations() {
        Map<String, Operation> operations = new LinkedHashMap<>();
        api.get("openapi.json")
                .body()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    JsonNode example = operation.getValue().at("/requestBody/content/application~1json/example");
                    if (!example.isMissingNode()) {
                        operations.put(
                                operation.getValue().path("operationId").asString(""),
                                new Operation(
                                        operation.getKey().toUpperCase(java.util.Locale.ROOT),
                                        path.getKey().replace("/api/v1/", ""),
                                        example));
                    }
                }));
        return operations;
    }
}
