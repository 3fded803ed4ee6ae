package dev.pharos.protocol.bundle;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fields of parts that are {@link Critical}, as manifests name them: the part, then each field on the way, as in
 * {@code own.rules.inbound.localCidr}; places in lists are left out.
 */
public final class CriticalFields {
    /** All that this version knows, and so understands. */
    public static final Set<String> KNOWN =
            Set.copyOf(Stream.of(OwnPart.class, TrustPart.class, TopologyPart.class, NamesPart.class)
                    .flatMap(part -> of(part).stream())
                    .toList());

    private CriticalFields() {}

    /** Those that have a value in this part, in order. */
    static List<String> in(Part part) {
        return KNOWN.isEmpty() ? List.of() : in(name(part.getClass()), (Record) part);
    }

    static List<String> in(String name, Record value) {
        Set<String> found = new TreeSet<>();
        collect(name, value, found);
        return List.copyOf(found);
    }

    /** All that the type has, whatever their values. */
    static Set<String> of(Class<? extends Record> part) {
        return all(part).filter(Field::critical).map(Field::path).collect(Collectors.toCollection(TreeSet::new));
    }

    /** A field somewhere in a part. */
    record Field(String path, boolean critical) {}

    /** Every field of a part and of the records of this protocol that are in it. */
    static Stream<Field> all(Class<? extends Record> part) {
        List<Field> fields = new ArrayList<>();
        declare(name(part), part, fields);
        return fields.stream();
    }

    private static String name(Class<?> part) {
        String simple = part.getSimpleName().replaceFirst("Part$", "");
        return simple.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + simple.substring(1);
    }

    private static void declare(String path, Class<?> type, List<Field> fields) {
        if (type.isRecord() && type.getPackage().equals(Part.class.getPackage())) {
            for (RecordComponent component : type.getRecordComponents()) {
                String at = path + "." + component.getName();
                fields.add(new Field(at, component.isAnnotationPresent(Critical.class)));
                declare(at, content(component.getGenericType()), fields);
            }
        }
    }

    /** Of a list or an optional value, what is in it. */
    private static Class<?> content(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> content(generic.getActualTypeArguments()[0]);
            default -> Object.class;
        };
    }

    private static void collect(String path, Object value, Set<String> found) {
        switch (value) {
            case Collection<?> all -> all.forEach(each -> collect(path, each, found));
            case Optional<?> perhaps -> perhaps.ifPresent(each -> collect(path, each, found));
            case Record record ->
                Arrays.stream(record.getClass().getRecordComponents()).forEach(component -> {
                    Object content = read(component, record);
                    String at = path + "." + component.getName();
                    if (component.isAnnotationPresent(Critical.class) && isSet(content)) {
                        found.add(at);
                    }
                    collect(at, content, found);
                });
            default -> {}
        }
    }

    private static boolean isSet(Object value) {
        return switch (value) {
            case Collection<?> all -> !all.isEmpty();
            case Optional<?> perhaps -> perhaps.isPresent();
            case Boolean yes -> yes;
            default -> true;
        };
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record cannot be read", e);
        }
    }
}
