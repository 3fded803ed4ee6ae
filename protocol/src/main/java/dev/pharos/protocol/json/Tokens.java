package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What is done with tokens whatever the type. */
final class Tokens {
    private Tokens() {}

    static void expect(JsonToken token, JsonParser json) throws MalformedException {
        if (json.currentToken() != token) {
            throw new MalformedException("expected " + token);
        }
    }

    /** A value that may not be null. */
    static <T> T some(Shape<T> shape, JsonParser json) throws MalformedException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            throw new MalformedException("null");
        }
        return shape.read(json);
    }

    /** Goes to the last token of a value that nobody knows. The limit of texts is for those in it, too. */
    static void skip(JsonParser json) {
        int depth = 0;
        while (true) {
            if (json.currentToken().isStructStart()) {
                depth++;
            } else if (json.currentToken().isStructEnd()) {
                depth--;
            } else if (json.currentToken() == JsonToken.VALUE_STRING) {
                json.getString();
            }
            if (depth == 0) {
                return;
            }
            json.nextToken();
        }
    }
}
