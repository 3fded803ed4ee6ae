package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;

/** Whatever the bytes, a reader answers or throws {@link MalformedException}: any other failure fails these. */
class BundleFuzzTests {
    private static final List<Object> MESSAGES = ControlJsonTests.everyMessage().toList();
    private static final List<byte[]> JSONS =
            MESSAGES.stream().map(ControlJson::write).toList();
    private static final byte[] INTERESTING = "{}[]\",:0-9.enulltrue\\ \u0000é".getBytes(StandardCharsets.UTF_8);

    @Property(tries = 4000)
    void mutatedMessagesAreMessagesOrMalformed(
            @ForAll @IntRange(max = 10) int message,
            @ForAll @IntRange(max = 20_000) int position,
            @ForAll @IntRange(max = 25) int value,
            @ForAll @IntRange(max = 2) int kind) {
        byte[] json = JSONS.get(message);
        int at = position % json.length;
        byte[] mutated = json.clone();
        switch (kind) {
            case 0 -> mutated[at] = INTERESTING[value % INTERESTING.length];
            case 1 -> mutated = Arrays.copyOf(mutated, at);
            default -> System.arraycopy(json, 0, mutated, at, json.length - at);
        }
        read(MESSAGES.get(message).getClass(), mutated);
    }

    @Property(tries = 300)
    void bytesAreMessagesOrMalformed(@ForAll byte[] bytes) {
        MESSAGES.forEach(message -> read(message.getClass(), bytes));
    }

    /** Every message under the type of every other: valid JSON of the wrong shape. */
    @Property(tries = 1)
    void aMessageOfAnotherTypeIsReadOrMalformed() {
        for (Object type : MESSAGES) {
            JSONS.forEach(json -> read(type.getClass(), json));
        }
    }

    @Property(tries = 1000)
    void textIsAValueOrMalformed(
            @ForAll @AlphaChars @NumericChars @Chars({':', '.', '-', '[', ']', '=', '"', ';', '(', ')', '_', '\n'})
                    String text) {
        String input = "pharos=(\"@method\" \"@path\" \"@query\" \"content-digest\")" + text;
        for (Parser parser : PARSERS) {
            for (String candidate : List.of(text, "pharos-join-" + text, "sha-256=:" + text + ":", input)) {
                try {
                    parser.parse(candidate);
                } catch (MalformedException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
        }
    }

    private interface Parser {
        void parse(String text) throws MalformedException;
    }

    private static final List<Parser> PARSERS = List.of(
            Binary::parse,
            Digest::parse,
            Pin::parse,
            HostPort::parse,
            PortRange::parse,
            EnrollmentToken::parse,
            text -> ContentDigest.matches(text, new byte[0]),
            text -> RequestSignature.parse(text, "pharos=:" + "A".repeat(86) + "==:"),
            text -> RequestSignature.parse(text, text));

    private static void read(Class<?> type, byte[] json) {
        try {
            assertThat((Object) ControlJson.read(type, json, ControlJson.MAX_PART_BYTES))
                    .isNotNull();
        } catch (MalformedException e) {
            assertThat(e.getMessage()).startsWith(type.getSimpleName());
        }
    }
}
