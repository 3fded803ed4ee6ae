package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** One string, or the name of a field in a map. */
record TextShape<T>(Parser<T> parser, Function<T, String> printer) implements Shape<T> {
    static final TextShape<String> STRING = new TextShape<>(text -> text, text -> text);

    /** The constants by their names; space around one does not matter. */
    static <T extends Enum<T>> TextShape<T> names(Class<T> type, Function<T, String> name) {
        Map<String, T> constants = new HashMap<>();
        for (T constant : type.getEnumConstants()) {
            constants.put(name.apply(constant), constant);
        }
        return new TextShape<>(
                text -> {
                    T constant = constants.get(text.trim());
                    if (constant == null) {
                        throw new MalformedException("not one of " + constants.keySet());
                    }
                    return constant;
                },
                name);
    }

    @Override
    public T read(JsonParser json) throws MalformedException {
        Tokens.expect(JsonToken.VALUE_STRING, json);
        return parser.parse(json.getString());
    }

    @Override
    public void write(T value, JsonGenerator json) {
        json.writeString(printer.apply(value));
    }
}
