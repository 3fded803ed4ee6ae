package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An object with a field for each component, in their order. Fields of other names are passed over. */
final class RecordShape<R> implements Shape<R> {
    private final Constructor<R> constructor;
    private final List<Field> fields;
    private final Map<String, Integer> places = new HashMap<>();

    /** @param constructor the canonical one, accessible */
    RecordShape(Constructor<R> constructor, List<Field> fields) {
        this.constructor = constructor;
        this.fields = fields;
        for (Field field : fields) {
            places.put(field.name(), places.size());
        }
    }

    @Override
    public R read(JsonParser json) throws MalformedException {
        Tokens.expect(JsonToken.START_OBJECT, json);
        @Nullable Object[] values = new Object[fields.size()];
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            Integer place = places.get(json.currentName());
            json.nextToken();
            if (place == null) {
                Tokens.skip(json);
            } else {
                values[place] = read(fields.get(place), json);
            }
        }
        complete(values);
        return make(values);
    }

    private static @Nullable Object read(Field field, JsonParser json) {
        try {
            return json.currentToken() == JsonToken.VALUE_NULL
                    ? field.ofNull()
                    : field.shape().read(json);
        } catch (MalformedException | RuntimeException e) {
            throw in(field, e);
        }
    }

    private void complete(@Nullable Object[] values) {
        for (int place = 0; place < values.length; place++) {
            Field field = fields.get(place);
            try {
                values[place] = values[place] == null ? field.ofNull() : values[place];
            } catch (MalformedException e) {
                throw in(field, e);
            }
        }
        for (int place = 0; place < values.length; place++) {
            if (values[place] == null && fields.get(place).isRequired()) {
                throw in(fields.get(place), new MalformedException("missing"));
            }
        }
    }

    private R make(@Nullable Object[] values) throws MalformedException {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new MalformedException("not such a value", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record cannot be made", e);
        }
    }

    private static JacksonException in(Field field, Exception e) {
        return JacksonException.wrapWithPath(e, Record.class, field.name());
    }

    @Override
    public void write(R value, JsonGenerator json) {
        json.writeStartObject();
        for (Field field : fields) {
            field.write(value, json);
        }
        json.writeEndObject();
    }
}
