package dev.pharos.protocol.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** JSON, and the same with one thing wrong with it, or odd. */
final class Mutations {
    /** What a value may turn into. */
    static final List<String> ODD = List.of(
            "null",
            "true",
            "false",
            "0",
            "-0",
            "1",
            "-1",
            "7",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "1.0",
            "1.5",
            "-2.75",
            "1e2",
            "1E-400",
            "1e400",
            "1e40",
            "-1e63",
            "12345678901234567890.123456789",
            "1e2147483647",
            "1" + "0".repeat(999),
            "1" + "0".repeat(1000),
            "0." + "1".repeat(1100),
            "\"\"",
            "\" \"",
            "\"17\"",
            "\"+17\"",
            "\"1.5\"",
            "\"-.5\"",
            "\"1.\"",
            "\"1.2.3\"",
            "\"-\"",
            "\".\"",
            "\"true\"",
            "\"NaN\"",
            "\" NaN\"",
            "\"INF\"",
            "\"+Infinity\"",
            "\"-INF\"",
            "\"null\"",
            "\"any\"",
            "\" tcp \"",
            "\"TCP\"",
            "\"aes\\t\"",
            "\"22\"",
            "\"22-21\"",
            "\"direct\"",
            "\"relay:\"",
            "\"webpki\"",
            "\"AAEC\"",
            "\"AAEC=\"",
            "\"10.42.0.9\"",
            "\"10.42.0.9/32\"",
            "\"host:1\"",
            "\"https://a\"",
            "\" https://a \"",
            "\"http:// a\"",
            "\"2026-11-23T18:00:00Z\"",
            "\" 2026-11-23T18:00:00.5Z\"",
            "\"2026-11-23T18:00:00+00\"",
            "\"2026-11-23T18:00:00+0000\"",
            "\"2026-11-23T18:00:00+00:00\"",
            "\"2026-11-23T18:00:00+01:00\"",
            "\"2026-11-23T18:00:00-00:00\"",
            "\"2026-11-23T24:00:00Z\"",
            "\"2026-11-23\"",
            "\"1795460000\"",
            "\"1795460000.25\"",
            "\"" + "9".repeat(1001) + ".5\"",
            "\"\\ud800\"",
            "\"é\\u0000\"",
            "[]",
            "[[]]",
            "[null]",
            "[\"a\"]",
            "[1]",
            "[{}]",
            "{}",
            "{\"a\":1}",
            "{\"a\":{\"a\":1},\"b\":[1,{}]}",
            "{\"a\":1,\"a\":2}",
            "{\"hex\":\"a\"}",
            "{\"first\":1,\"last\":2}",
            "{\"host\":\"a\",\"port\":1}",
            nested(28),
            nested(30),
            nested(31),
            nested(33),
            "nul",
            "NaN",
            "1.",
            "01",
            "'a'",
            "[1,]",
            "{\"a\"}",
            "\"a",
            "/**/1");

    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * A value in a document, by its place in bytes.
     *
     * @param from where its name begins, or the value itself when it has none
     */
    record Span(int from, int value, int end) {
        boolean isField() {
            return from < value;
        }
    }

    final byte[] json;
    final List<Span> spans = new ArrayList<>();

    Mutations(byte[] json) {
        this.json = json;
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            collect(parser, position(parser));
        }
    }

    private void collect(JsonParser parser, int from) {
        int value = position(parser);
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                int name = position(parser);
                parser.nextToken();
                collect(parser, name);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                collect(parser, position(parser));
            }
        }
        parser.finishToken();
        spans.add(new Span(from, value, (int) parser.currentLocation().getByteOffset()));
    }

    private static int position(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Of eight kinds, at one of the values, with one of the odd ones. */
    byte[] mutated(int kind, int at, int odd) {
        Span span = spans.get(at % spans.size());
        byte[] other = ODD.get(odd % ODD.size()).getBytes(StandardCharsets.UTF_8);
        return switch (kind % 8) {
            case 0 -> spliced(span.value(), span.end(), other);
            case 1 -> dropped(span);
            case 2 ->
                spliced(span.end(), span.end(), join(bytes(","), Arrays.copyOfRange(json, span.from(), span.end())));
            case 3 ->
                spliced(span.from(), span.from(), span.isField() ? join(bytes("\"odd\":"), other, bytes(",")) : other);
            case 4 ->
                spliced(
                        span.value(),
                        span.end(),
                        join(bytes("["), Arrays.copyOfRange(json, span.value(), span.end()), bytes("]")));
            case 5 -> Arrays.copyOf(json, odd % 2 == 0 ? span.value() : span.end());
            case 6 -> join(json, bytes(" "), other);
            default -> spliced(span.value(), span.end(), join(bytes("{\"odd\":"), other, bytes("}")));
        };
    }

    private byte[] dropped(Span span) {
        int from = span.from();
        int end = span.end();
        if (end < json.length && json[end] == ',') {
            end++;
        } else if (from > 0 && json[from - 1] == ',') {
            from--;
        }
        return spliced(from, end, new byte[0]);
    }

    private byte[] spliced(int from, int to, byte[] between) {
        return join(Arrays.copyOf(json, from), between, Arrays.copyOfRange(json, to, json.length));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }
}
