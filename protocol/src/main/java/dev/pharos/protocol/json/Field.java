package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A component of a record.
 *
 * @param accessor accessible
 * @param nothing what its having no value looks like
 */
record Field(String name, Method accessor, Shape<Object> shape, Nothing nothing) {
    /** What is written where a record has nothing to say. */
    enum Nothing {
        /** No field. */
        LEFT_OUT,
        /** No field; an empty list is nothing, too. */
        EMPTY_LEFT_OUT,
        /** A field with null. */
        NULL
    }

    /** What null means, and no field; null when it is for the record to say. */
    @Nullable
    Object ofNull() throws MalformedException {
        if (accessor.getReturnType().isPrimitive()) {
            throw new MalformedException("null");
        }
        return nothing == Nothing.NULL ? null : shape.ofNothing();
    }

    boolean isRequired() {
        return nothing != Nothing.NULL;
    }

    void write(Object record, JsonGenerator json) {
        Object value = of(record);
        if (value != null && !isNothing(value)) {
            json.writeName(name);
            shape.write(value, json);
        } else if (nothing == Nothing.NULL) {
            json.writeName(name);
            json.writeNull();
        }
    }

    private boolean isNothing(Object value) {
        return nothing == Nothing.EMPTY_LEFT_OUT ? value.equals(shape.ofNothing()) : shape.isNothing(value);
    }

    private @Nullable Object of(Object record) {
        try {
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record cannot be read", e);
        }
    }
}
