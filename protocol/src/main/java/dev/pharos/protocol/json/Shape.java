package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/** How the values of one type are said in JSON. Immutable. */
public interface Shape<T> {
    /** From the text of a value. */
    interface Parser<T> {
        T parse(String text) throws MalformedException;
    }

    /**
     * Reads the value whose first token is the parser's current one, and leaves the parser at its last one. A null is
     * never given to it.
     *
     * @throws MalformedException when it is no such value; what any constructor throws says the same
     */
    T read(JsonParser json) throws MalformedException;

    /** Writes the value, and nothing before or after it. */
    void write(T value, JsonGenerator json);

    /** What a record has where nothing is said; null when something has to be. */
    default @Nullable T ofNothing() {
        return null;
    }

    /** Whether nothing need be said of the value. */
    default boolean isNothing(T value) {
        return false;
    }

    /** One string. */
    static <T> Shape<T> text(Parser<T> parser, Function<T, String> printer) {
        return new TextShape<>(parser, printer);
    }

    /** An array; an absent one is empty. */
    static <E> Shape<List<E>> list(Shape<E> element) {
        return new ListShape<>(element);
    }
}
