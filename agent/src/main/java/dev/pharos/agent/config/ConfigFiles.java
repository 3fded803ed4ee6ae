package dev.pharos.agent.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as one file, or as a directory of them, merged as Nebula does: all {@code .yml} and {@code .yaml} files
 * beneath it in the order of their whole paths, each laid over those before it. Mappings are merged key by key. Of a list the
 * items of the later file come first and those of the earlier ones follow. A single value of the later file wins, unless
 * it is empty: {@code false}, {@code 0} and the empty text leave what an earlier file says.
 */
final class ConfigFiles {
    private static final int MAX_DEPTH = 32;

    private ConfigFiles() {}

    static Section read(Path path) throws ConfigException {
        if (!Files.isDirectory(path)) {
            return YamlFile.read(path);
        }
        List<Path> files = beneath(path);
        if (files.isEmpty()) {
            throw new ConfigException(path, "", "holds no .yml or .yaml file");
        }
        Map<String, Object> merged = new LinkedHashMap<>();
        for (Path file : files) {
            Map<String, Object> later = new LinkedHashMap<>(YamlFile.read(file).values());
            layOver(file, "", later, merged);
            merged = later;
        }
        return new Section(path, merged);
    }

    private static List<Path> beneath(Path directory) throws ConfigException {
        try (Stream<Path> all = Files.walk(directory.toAbsolutePath(), MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(ConfigFiles::isConfiguration)
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigException(directory, "", "cannot be read: " + e.getMessage());
        }
    }

    private static boolean isConfiguration(Path file) {
        String name = file.toString();
        return (name.endsWith(".yml") || name.endsWith(".yaml")) && !Files.isDirectory(file);
    }

    /** Adds to {@code later} what {@code earlier} says and it does not. */
    private static void layOver(Path file, String path, Map<String, Object> later, Map<String, Object> earlier)
            throws ConfigException {
        for (Map.Entry<String, Object> entry : earlier.entrySet()) {
            String key = entry.getKey();
            String whole = path.isEmpty() ? key : path + "." + key;
            @Nullable Object ours = later.get(key);
            Object theirs = entry.getValue();
            if (ours instanceof Map<?, ?> mine && theirs instanceof Map<?, ?> other) {
                Map<String, Object> inner = YamlFile.stringKeys(mine);
                layOver(file, whole, inner, YamlFile.stringKeys(other));
                later.put(key, inner);
            } else if (ours != null && theirs instanceof List<?> other) {
                later.put(key, joined(file, whole, ours, other));
            } else if (ours == null || isEmpty(ours)) {
                later.put(key, theirs);
            }
        }
    }

    private static List<Object> joined(Path file, String key, Object ours, List<?> theirs) throws ConfigException {
        if (!(ours instanceof List<?> mine)) {
            throw new ConfigException(file, key, "is a list in an earlier file, and none here");
        }
        List<Object> joined = new ArrayList<>(mine);
        joined.addAll(theirs);
        return joined;
    }

    private static boolean isEmpty(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.isEmpty();
            case List<?> list -> list.isEmpty();
            case Object scalar -> scalar.toString().matches("|(?i)false|0+(\\.0*)?");
        };
    }
}
