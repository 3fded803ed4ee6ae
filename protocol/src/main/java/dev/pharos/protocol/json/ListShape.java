package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An array. */
record ListShape<E>(Shape<E> element) implements Shape<List<E>> {
    @Override
    public List<E> read(JsonParser json) throws MalformedException {
        Tokens.expect(JsonToken.START_ARRAY, json);
        List<E> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            try {
                elements.add(Tokens.some(element, json));
            } catch (MalformedException | RuntimeException e) {
                throw JacksonException.wrapWithPath(e, List.class, elements.size());
            }
        }
        return elements;
    }

    @Override
    public void write(List<E> elements, JsonGenerator json) {
        json.writeStartArray();
        for (E each : elements) {
            element.write(each, json);
        }
        json.writeEndArray();
    }

    @Override
    public List<E> ofNothing() {
        return List.of();
    }
}
