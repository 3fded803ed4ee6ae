package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.json.Field.Nothing;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Records as JSON: a field for each component, in their order. Components are records, enums, lists, optional values, maps
 * by text, String, int, long, double, boolean, Instant and URI, and what else the builder is told of.
 *
 * <p>Reads what it does not know without complaint, and nothing else: a number in quotes, a field given twice, bytes after
 * the end, 32 levels or more than 32 Mi characters are malformed.
 */
public final class RecordJson {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRING = 32 << 20;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Shapes shapes;

    private RecordJson(Shapes shapes) {
        this.shapes = shapes;
    }

    /** Without a value there is no field; only an optional one, a list or a map may be without. */
    public static Builder withoutNulls() {
        return new Builder(Nothing.LEFT_OUT);
    }

    /** Without a value a field is null, and so is a component whose field is not there; numbers and booleans have one. */
    public static RecordJson withNulls() {
        return new Builder(Nothing.NULL).build();
    }

    /** What there is beside records and the types of the JDK. */
    public static final class Builder {
        private final Map<Class<?>, Shape<?>> given = new HashMap<>();
        private final Set<String> leftOutEmpty = new HashSet<>();
        private final Nothing nothing;

        private Builder(Nothing nothing) {
            this.nothing = nothing;
        }

        /** Values that are more than one string, or not always one. */
        public <T> Builder with(Class<T> type, Shape<T> shape) {
            given.put(type, shape);
            return this;
        }

        /** Values that are one string. */
        public <T> Builder text(Class<T> type, Shape.Parser<T> parser, Function<T, String> printer) {
            return with(type, Shape.text(parser, printer));
        }

        /** Constants that are not called as in Java. */
        public <T extends Enum<T>> Builder names(Class<T> type, Function<T, String> name) {
            return with(type, TextShape.names(type, name));
        }

        /** A list that is left out where it is empty. */
        public Builder leavingOutEmpty(Class<? extends Record> type, String component) {
            leftOutEmpty.add(type.getName() + "." + component);
            return this;
        }

        /** The mapping; what it is told of later does not change it. */
        public RecordJson build() {
            return new RecordJson(new Shapes(Map.copyOf(given), nothing, Set.copyOf(leftOutEmpty)));
        }
    }

    /** A record, or a list or map of some, in UTF-8. */
    public byte[] bytes(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(value, json);
        }
        return out.toByteArray();
    }

    /** The same as text. */
    public String text(Object value) {
        return text(value, ObjectWriteContext.empty());
    }

    /** The same on many lines. */
    public String indented(Object value) {
        return text(value, new Indented());
    }

    private String text(Object value, ObjectWriteContext context) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(context, out)) {
            write(value, json);
        }
        return out.toString();
    }

    private void write(Object value, JsonGenerator json) {
        if (value instanceof Collection<?> all) {
            json.writeStartArray();
            all.forEach(each -> write(each, json));
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> entries) {
            json.writeStartObject();
            entries.forEach((name, content) -> {
                json.writeName(name.toString());
                write(content, json);
            });
            json.writeEndObject();
        } else {
            write(value.getClass(), value, json);
        }
    }

    private <T> void write(Class<T> type, Object value, JsonGenerator json) {
        shapes.of(type).write(type.cast(value), json);
    }

    /**
     * Reads a record.
     *
     * @throws MalformedException when the bytes are not its JSON; the message names the place and never the content, which
     *     may be secret
     */
    public <T> T read(Class<T> type, byte[] bytes) throws MalformedException {
        T value;
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            value = whole(shapes.of(type), json);
        } catch (JacksonException e) {
            throw new MalformedException(type.getSimpleName() + ": malformed" + place(e));
        } catch (MalformedException e) {
            throw new MalformedException(type.getSimpleName() + ": malformed");
        }
        if (value == null) {
            throw new MalformedException(type.getSimpleName() + ": null");
        }
        return value;
    }

    private static <T> @Nullable T whole(Shape<T> shape, JsonParser json) throws MalformedException {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw new MalformedException("nothing");
        }
        T value = first == JsonToken.VALUE_NULL ? null : shape.read(json);
        if (json.nextToken() != null) {
            throw new MalformedException("more than one value");
        }
        return value;
    }

    private static String place(JacksonException e) {
        StringBuilder place = new StringBuilder();
        for (JacksonException.Reference reference : e.getPath()) {
            if (reference.getPropertyName() != null) {
                place.append(place.isEmpty() ? "" : ".").append(reference.getPropertyName());
            } else {
                place.append('[').append(reference.getIndex()).append(']');
            }
        }
        return place.isEmpty() ? "" : " at " + place;
    }

    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
