package dev.pharos.agent.config;

import dev.pharos.protocol.MalformedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One mapping of the file, read by key and type. Errors name the file and the whole key, {@code lighthouse.interval}. */
final class Section {
    private final Path file;
    private final String path;
    private final Map<String, Object> values;

    /** Of the whole file. */
    private final List<String> warnings;

    /** The top of a file. */
    Section(Path file, Map<String, Object> values) {
        this(file, "", values, new ArrayList<>());
    }

    private Section(Path file, String path, Map<String, Object> values, List<String> warnings) {
        this.file = file;
        this.path = path;
        this.values = values;
        this.warnings = warnings;
    }

    /** Notes something that the file's author should know, and that is no mistake. */
    void warn(String key, String message) {
        warnings.add(file + ": " + path(key) + ": " + message);
    }

    /** What was noted so far, of the whole file. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Reads text into a value, or says what is wrong with it. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(String text) throws MalformedException;
    }

    Set<String> keys() {
        return values.keySet();
    }

    Map<String, Object> values() {
        return values;
    }

    /** The value as the file has it, by a key of several parts such as {@code tun.dev}. */
    @Nullable
    Object raw(String key) {
        Object value = values;
        for (String part : key.split("\\.", -1)) {
            if (!(value instanceof Map<?, ?> map)) {
                return null;
            }
            value = map.get(part);
        }
        return value;
    }

    /** The same with another value under a key of several parts; null takes it away. */
    Section with(String key, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        int dot = key.indexOf('.');
        String first = dot < 0 ? key : key.substring(0, dot);
        Object inner = value;
        if (dot >= 0) {
            Map<String, Object> child =
                    values.get(first) instanceof Map<?, ?> map ? YamlFile.stringKeys(map) : Map.of();
            inner = new Section(file, path(first), child, warnings).with(key.substring(dot + 1), value).values;
        }
        if (inner == null) {
            changed.remove(first);
        } else {
            changed.put(first, inner);
        }
        return new Section(file, path, changed, new ArrayList<>());
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    boolean isSection(String key) {
        return values.get(key) instanceof Map;
    }

    /** Whether it is a list, or a single item, of mappings. */
    boolean hasSections(String key) {
        return !items(key).isEmpty() && items(key).stream().allMatch(Map.class::isInstance);
    }

    /** The mapping under {@code key}; an empty one when it is absent. */
    Section section(String key) throws ConfigException {
        return switch (values.get(key)) {
            case null -> new Section(file, path(key), Map.of(), warnings);
            case Map<?, ?> map -> new Section(file, path(key), YamlFile.stringKeys(map), warnings);
            default -> throw error(key, "must be a mapping");
        };
    }

    Optional<String> text(String key) throws ConfigException {
        return switch (values.get(key)) {
            case null -> Optional.empty();
            case Map<?, ?> _, List<?> _ -> throw error(key, "must be a single value");
            case Object scalar -> Optional.of(scalar.toString().strip());
        };
    }

    String text(String key, String otherwise) throws ConfigException {
        return text(key).filter(text -> !text.isEmpty()).orElse(otherwise);
    }

    /** One of {@code allowed}, the first of which is the default. */
    String oneOf(String key, String... allowed) throws ConfigException {
        String text = text(key, allowed[0]).toLowerCase(Locale.ROOT);
        if (!List.of(allowed).contains(text)) {
            throw error(key, "is \"" + text + "\", must be one of " + String.join(", ", allowed));
        }
        return text;
    }

    boolean flag(String key, boolean otherwise) throws ConfigException {
        String text = text(key, Boolean.toString(otherwise)).toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true", "yes", "y", "on", "1" -> true;
            case "false", "no", "n", "off", "0" -> false;
            default -> throw error(key, "is \"" + text + "\", must be true or false");
        };
    }

    int number(String key, int otherwise, int least, int most) throws ConfigException {
        String text = text(key, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw error(key, "is \"" + text + "\", must be a whole number");
        }
        throw error(key, "is " + text + ", must be from " + least + " to " + most);
    }

    Duration duration(String key, Duration otherwise) throws ConfigException {
        Optional<String> text = text(key);
        return text.isEmpty() ? otherwise : parse(key, text.get(), GoDuration::parse);
    }

    /** A duration that old files write as a bare number of seconds. */
    Duration seconds(String key, Duration otherwise) throws ConfigException {
        String text = text(key, "");
        return text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : duration(key, otherwise);
    }

    /** A list of values; a single value is a list of one. */
    List<String> texts(String key) throws ConfigException {
        List<String> result = new ArrayList<>();
        for (Object item : items(key)) {
            if (item instanceof Map || item instanceof List) {
                throw error(key, "must be a list of single values");
            }
            result.add(item.toString().strip());
        }
        return result;
    }

    <T> List<T> list(String key, Parser<T> parser) throws ConfigException {
        List<T> result = new ArrayList<>();
        for (String text : texts(key)) {
            result.add(parse(key, text, parser));
        }
        return result;
    }

    <T> Optional<T> value(String key, Parser<T> parser) throws ConfigException {
        Optional<String> text = text(key);
        return text.isEmpty() ? Optional.empty() : Optional.of(parse(key, text.get(), parser));
    }

    /** A list of mappings, each a section whose path carries its place in the list. */
    List<Section> sections(String key) throws ConfigException {
        List<Section> result = new ArrayList<>();
        for (Object item : items(key)) {
            if (!(item instanceof Map<?, ?> map)) {
                throw error(key, "must be a list of mappings");
            }
            result.add(new Section(file, path(key) + "[" + result.size() + "]", YamlFile.stringKeys(map), warnings));
        }
        return result;
    }

    /** Parses one piece of the value under {@code key}. */
    <T> T parse(String key, String text, Parser<T> parser) throws ConfigException {
        try {
            return parser.parse(text);
        } catch (MalformedException e) {
            throw error(key, "\"" + text + "\" is " + e.getMessage());
        }
    }

    /** The value under {@code key} as a path. */
    Path file(String key, String text) throws ConfigException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigException(file, path(key), "is no path: " + e.getReason());
        }
    }

    ConfigException error(String key, String reason) {
        return new ConfigException(file, path(key), reason);
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Path file() {
        return file;
    }

    private List<?> items(String key) {
        return switch (values.get(key)) {
            case null -> List.of();
            case List<?> list -> list.stream().filter(item -> item != null).toList();
            case Object single -> List.of(single);
        };
    }
}
