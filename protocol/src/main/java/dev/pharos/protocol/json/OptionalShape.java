package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/** A value that need not be there. */
record OptionalShape<T>(Shape<T> value) implements Shape<Optional<T>> {
    @Override
    public Optional<T> read(JsonParser json) throws MalformedException {
        return Optional.of(value.read(json));
    }

    @Override
    public void write(Optional<T> some, JsonGenerator json) {
        some.ifPresent(content -> value.write(content, json));
    }

    @Override
    public Optional<T> ofNothing() {
        return Optional.empty();
    }

    @Override
    public boolean isNothing(Optional<T> some) {
        return some.isEmpty();
    }
}
