package dev.pharos.control.api;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/** What the OpenAPI document says beyond the signatures of the controllers. */
@Configuration(proxyBeanMethods = false)
class ApiDocument {
    private static final String EXAMPLES = "api-examples.json";
    private static final String JSON = org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

    /** A component of a record is always there and never null unless it is {@code @Nullable}. */
    @Bean
    ModelConverter nullness() {
        return new Nullness();
    }

    @Bean
    OperationCustomizer names() {
        return (operation, method) -> {
            String resource = method.getBeanType().getSimpleName().replaceAll("Controller(\\$.*)?$", "");
            return operation.operationId(method.getMethod().getName() + resource);
        };
    }

    /** A body for each operation that takes one; a test sends them all, in their order. */
    @Bean
    OpenApiCustomizer examples() throws IOException {
        JsonNode examples = Json.mapper().readTree(new ClassPathResource(EXAMPLES).getContentAsByteArray());
        return document -> document.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .filter(operation -> operation.getRequestBody() != null && examples.has(operation.getOperationId()))
                .forEach(operation -> Optional.ofNullable(
                                operation.getRequestBody().getContent().get(JSON))
                        .ifPresent(body -> body.setExample(examples.get(operation.getOperationId()))));
    }

    @Bean
    OpenApiCustomizer problems() {
        return document -> {
            ResolvedSchema problem = ModelConverters.getInstance(true)
                    .resolveAsResolvedSchema(new AnnotatedType(ProblemDocument.class).resolveAsRef(true));
            problem.referencedSchemas.forEach(document.getComponents()::addSchemas);
            document.getPaths().values().forEach(path -> {
                path.readOperations().forEach(ApiDocument::mayFail);
                if (path.getPatch() != null) {
                    namesItsVersion(path.getPatch());
                }
            });
        };
    }

    /** An edit without {@code If-Match} is a problem with a document of its own, but a problem in any case. */
    private static void namesItsVersion(Operation edit) {
        edit.getParameters().stream()
                .filter(parameter -> "If-Match".equals(parameter.getName()))
                .forEach(parameter -> parameter.setRequired(true));
    }

    private static void mayFail(Operation operation) {
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("What went wrong")
                                .content(new Content()
                                        .addMediaType(
                                                ProblemDocument.MEDIA_TYPE,
                                                new MediaType()
                                                        .schema(new Schema<>().$ref("#/components/schemas/Problem")))));
    }

    private static final class Nullness implements ModelConverter {
        @Override
        public @Nullable Schema<?> resolve(
                AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
            Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
            JavaType java = Json.mapper().constructType(type.getType());
            if (schema != null && java != null && java.getRawClass().isRecord()) {
                Schema<?> defined = schema.get$ref() == null
                        ? schema
                        : context.getDefinedModels()
                                .get(schema.get$ref().substring(schema.get$ref().lastIndexOf('/') + 1));
                if (defined != null && defined.getProperties() != null) {
                    describe(java.getRawClass(), defined);
                }
            }
            return schema;
        }

        private static void describe(Class<?> type, Schema<?> schema) {
            Set<String> required = new LinkedHashSet<>();
            for (RecordComponent component : type.getRecordComponents()) {
                boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                Schema<?> property = schema.getProperties().get(component.getName());
                if (!optional && property != null) {
                    required.add(component.getName());
                }
                if (optional && property != null) {
                    allowNull(schema, component.getName(), property);
                }
            }
            schema.setRequired(required.isEmpty() ? null : List.copyOf(required));
        }

        private static void allowNull(Schema<?> schema, String name, Schema<?> property) {
            if (property.get$ref() != null) {
                schema.addProperty(
                        name, new JsonSchema().anyOf(List.of(property, new JsonSchema().types(Set.of("null")))));
            } else if (property.getTypes() != null) {
                property.addType("null");
            }
        }
    }
}
