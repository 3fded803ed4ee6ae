package dev.pharos.protocol.json;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.json.Field.Nothing;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The shapes of all types that there are values of: those given, and what is made of them. */
final class Shapes {
    private final Map<Class<?>, Shape<?>> shapes = new ConcurrentHashMap<>();
    private final Nothing nothing;
    private final Set<String> leftOutEmpty;

    /**
     * @param given of types that have one of their own
     * @param leftOutEmpty lists that are left out where they are empty, each as its record's name, a dot and its own
     */
    Shapes(Map<Class<?>, Shape<?>> given, Nothing nothing, Set<String> leftOutEmpty) {
        this.nothing = nothing;
        this.leftOutEmpty = leftOutEmpty;
        shapes.put(String.class, TextShape.STRING);
        shapes.put(int.class, NumberShape.INT);
        shapes.put(Integer.class, NumberShape.INT);
        shapes.put(long.class, NumberShape.LONG);
        shapes.put(double.class, NumberShape.DOUBLE);
        shapes.put(Double.class, NumberShape.DOUBLE);
        shapes.put(boolean.class, new YesOrNo());
        shapes.put(Instant.class, new TextShape<>(text -> Instant.parse(text.trim()), Instant::toString));
        shapes.put(URI.class, new TextShape<>(text -> URI.create(text.trim()), URI::toString));
        shapes.putAll(given);
    }

    @SuppressWarnings("unchecked") // that of the class, by whoever put it there
    <T> Shape<T> of(Class<T> type) {
        Shape<?> known = shapes.get(type);
        if (known == null) {
            known = make(type);
            shapes.put(type, known);
        }
        return (Shape<T>) known;
    }

    private Shape<?> make(Class<?> type) {
        if (type.isRecord()) {
            return record(type);
        }
        if (type.isEnum()) {
            return names(type.asSubclass(Enum.class));
        }
        throw new IllegalArgumentException(type + " has no shape in JSON");
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a class that is some enum's, but nobody knows which
    private static Shape<?> names(Class<? extends Enum> type) {
        return TextShape.names((Class) type, constant -> ((Enum<?>) constant).name());
    }

    private <R> Shape<R> record(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : components) {
            types[fields.size()] = component.getType();
            fields.add(field(type, component));
        }
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new RecordShape<>(constructor, fields);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has a canonical constructor", e);
        }
    }

    @SuppressWarnings("unchecked") // what the accessor returns is what the shape is of
    private Field field(Class<?> record, RecordComponent component) {
        component.getAccessor().setAccessible(true);
        String name = component.getName();
        return new Field(
                name,
                component.getAccessor(),
                (Shape<Object>) of(component.getGenericType()),
                leftOutEmpty.contains(record.getName() + "." + name) ? Nothing.EMPTY_LEFT_OUT : nothing);
    }

    private Shape<?> of(Type type) {
        if (type instanceof Class<?> plain) {
            return of(plain);
        }
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new ListShape<>(of(of[0]));
            }
            if (generic.getRawType() == Optional.class) {
                return new OptionalShape<>(of(of[0]));
            }
            if (generic.getRawType() == Map.class && of(of[0]) instanceof TextShape<?> key) {
                return new MapShape<>(key, of(of[1]));
            }
        }
        throw new IllegalArgumentException(type + " has no shape in JSON");
    }

    private record YesOrNo() implements Shape<Boolean> {
        @Override
        public Boolean read(JsonParser json) throws MalformedException {
            if (json.currentToken() != JsonToken.VALUE_TRUE) {
                Tokens.expect(JsonToken.VALUE_FALSE, json);
            }
            return json.getBooleanValue();
        }

        @Override
        public void write(Boolean value, JsonGenerator json) {
            json.writeBoolean(value);
        }
    }
}
