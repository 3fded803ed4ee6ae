package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An object whose fields are the keys. */
record MapShape<K, V>(TextShape<K> key, Shape<V> value) implements Shape<Map<K, V>> {
    @Override
    public Map<K, V> read(JsonParser json) throws MalformedException {
        Tokens.expect(JsonToken.START_OBJECT, json);
        Map<K, V> entries = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            K parsed = key.parser().parse(name);
            json.nextToken();
            try {
                entries.put(parsed, Tokens.some(value, json));
            } catch (MalformedException | RuntimeException e) {
                throw JacksonException.wrapWithPath(e, Map.class, name);
            }
        }
        return entries;
    }

    @Override
    public void write(Map<K, V> entries, JsonGenerator json) {
        json.writeStartObject();
        entries.forEach((name, content) -> {
            json.writeName(key.printer().apply(name));
            value.write(content, json);
        });
        json.writeEndObject();
    }

    @Override
    public Map<K, V> ofNothing() {
        return Map.of();
    }
}
