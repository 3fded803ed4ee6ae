package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The committed OpenAPI document is one that a generator of clients can use. */
class OpenApiTests {
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([^}]+)}");

    private final JsonNode document = document();

    private record Operation(String method, String path, JsonNode definition) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @Test
    void everyOperationHasANameOfItsOwnARoleAndAProblem() {
        assertThat(document.path("openapi").asString("")).startsWith("3.1");
        List<Operation> operations = operations();
        Set<String> names = new TreeSet<>();
        for (Operation operation : operations) {
            assertThat(names.add(operation.definition().path("operationId").asString("")))
                    .as("%s has a name of its own", operation)
                    .isTrue();
            assertThat(operation.definition().path("x-role").asString(""))
                    .as(operation.toString())
                    .isNotEmpty();
            assertThat(operation.definition().path("responses").has("default"))
                    .as(operation.toString())
                    .isTrue();
        }
        assertThat(operations).hasSizeGreaterThan(50);
    }

    /** {@code ExamplesIT} sends them. */
    @Test
    void everyOperationThatTakesABodyHasAnExampleOfOne() {
        assertThat(operations())
                .filteredOn(operation -> operation.definition().has("requestBody"))
                .hasSizeGreaterThan(20)
                .allSatisfy(operation -> assertThat(operation
                                .definition()
                                .at("/requestBody/content/application~1json/example")
                                .isObject())
                        .as("%s has an example in api-examples.json", operation)
                        .isTrue());
    }

    @Test
    void everyParameterInAPathIsDeclared() {
        for (Operation operation : operations()) {
            Set<String> named = PATH_PARAMETER
                    .matcher(operation.path())
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .collect(Collectors.toSet());
            Set<String> declared = operation
                    .definition()
                    .path("parameters")
                    .valueStream()
                    .filter(parameter -> parameter.path("in").asString("").equals("path"))
                    .map(parameter -> parameter.path("name").asString(""))
                    .collect(Collectors.toSet());
            assertThat(declared).as(operation.toString()).isEqualTo(named);
        }
    }

    @Test
    void everyEditNamesTheVersionItIsOf() {
        assertThat(operations())
                .filteredOn(operation -> operation.method().equals("patch"))
                .hasSizeGreaterThan(3)
                .allSatisfy(operation -> assertThat(operation.definition().path("parameters"))
                        .as(operation.toString())
                        .anyMatch(
                                parameter -> parameter.path("name").asString("").equals("If-Match")
                                        && parameter.path("required").asBoolean(false)));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = document.findValuesAsString("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> operations.add(
                                new Operation(operation.getKey(), path.getKey(), operation.getValue()))));
        return operations;
    }

    private static JsonNode document() {
        try {
            return new JsonMapper().readTree(Files.readString(Path.of("../web-ui/openapi.json")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
