package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A number as such: no text, and no fraction where none is meant. */
record NumberShape<T>(Function<JsonParser, T> reader, BiConsumer<JsonGenerator, T> writer) implements Shape<T> {
    static final Shape<Integer> INT = new NumberShape<>(JsonParser::getIntValue, JsonGenerator::writeNumber);
    static final Shape<Long> LONG = new NumberShape<>(JsonParser::getLongValue, JsonGenerator::writeNumber);
    static final Shape<Double> DOUBLE = new Fraction();

    @Override
    public T read(JsonParser json) throws MalformedException {
        Tokens.expect(JsonToken.VALUE_NUMBER_INT, json);
        return reader.apply(json);
    }

    @Override
    public void write(T value, JsonGenerator json) {
        writer.accept(json, value);
    }

    /** A number of any kind; what JSON has no number for is a text. */
    private record Fraction() implements Shape<Double> {
        private static final Map<String, Double> NAMED = Map.of(
                "NaN", Double.NaN,
                "Infinity", Double.POSITIVE_INFINITY,
                "+Infinity", Double.POSITIVE_INFINITY,
                "-Infinity", Double.NEGATIVE_INFINITY,
                "INF", Double.POSITIVE_INFINITY,
                "+INF", Double.POSITIVE_INFINITY,
                "-INF", Double.NEGATIVE_INFINITY);

        @Override
        public Double read(JsonParser json) throws MalformedException {
            if (json.currentToken().isNumeric()) {
                return json.getDoubleValue();
            }
            Tokens.expect(JsonToken.VALUE_STRING, json);
            Double named = NAMED.get(json.getString());
            if (named == null) {
                throw new MalformedException("not a number");
            }
            return named;
        }

        @Override
        public void write(Double value, JsonGenerator json) {
            json.writeNumber(value);
        }
    }
}
